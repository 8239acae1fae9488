package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.control.live.Installation.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * What happens to requests, routes and statuses when parts of a cluster are away. docs/kubernetes.md says what the variables are that
 * these tests need.
 */
@EnabledIfEnvironmentVariable(
        named = TroubleTest.KILL,
        matches = ".+",
        disabledReason = "needs a cluster with Waypoint, and a command that kills the process of a pod")
class TroubleTest {

    static final String KILL = "WAYPOINT_TEST_KILL";
    private static final String OUTAGE_BEGIN = "WAYPOINT_TEST_OUTAGE_BEGIN";
    private static final String OUTAGE_END = "WAYPOINT_TEST_OUTAGE_END";
    private static final String CRASH_BEGIN = "WAYPOINT_TEST_CRASH_BEGIN";
    private static final String CRASH_END = "WAYPOINT_TEST_CRASH_END";

    private static final int ROUTES = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration OUTAGE = Duration.ofSeconds(60);

    private final Installation installation = new Installation();
    private final Backends backends = new Backends();
    private final ScaleObjects objects = new ScaleObjects(
            2 * ROUTES, 1, 2, 1, Installation.setting("WAYPOINT_TEST_ENDPOINTS", "10.250"), backends.port());
    private final Map<Integer, Integer> applied = new HashMap<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private InetSocketAddress proxy;

    TroubleTest() throws IOException {}

    @BeforeEach
    void begin() throws InterruptedException {
        installation.begin();
        installation.apply(objects.gateway(0));
        installation.create(objects.allServices());
        for (int route = 0; route < ROUTES; route++) {
            apply(route, 0);
        }
        proxy = installation.programmed(ScaleObjects.gatewayName(0));
        everythingIsAsItShouldBe();
    }

    @AfterEach
    void end() throws InterruptedException {
        controllers(1);
        installation.close();
        backends.close();
    }

    private void apply(int route, int revision) {
        installation.apply(objects.route(route, revision));
        applied.put(route, revision);
    }

    private SteadyLoad load() {
        return new SteadyLoad(
                proxy,
                ScaleObjects.host(0),
                200,
                () -> ScaleObjects.path(0) + "/" + ThreadLocalRandom.current().nextInt());
    }

    /** Every route is served as it was last applied, and says so. */
    private void everythingIsAsItShouldBe() throws InterruptedException {
        for (Map.Entry<Integer, Integer> route : applied.entrySet()) {
            Installation.await(
                    PATIENCE,
                    () -> revision(route.getKey()).equals(String.valueOf(route.getValue())),
                    "route " + route.getKey() + " with revision " + route.getValue());
            installation.awaitObject(
                    PATIENCE,
                    Installation.path(Installation.GATEWAYS, "httproutes", "r" + route.getKey()),
                    TroubleTest::isRight);
        }
        JsonNode gateway = installation.awaitObject(
                PATIENCE,
                Installation.path(Installation.GATEWAYS, "gateways", ScaleObjects.gatewayName(0)),
                node -> Installation.isTrue(node.at("/status/conditions"), "Programmed"));
        assertThat(gateway.at("/status/listeners/0/attachedRoutes").asInt()).isEqualTo(applied.size());
    }

    private static boolean isRight(JsonNode route) {
        JsonNode conditions = route.at("/status/parents/0/conditions");
        long generation = route.at("/metadata/generation").asLong();
        for (JsonNode condition : conditions) {
            if (condition.path("observedGeneration").asLong() != generation) {
                return false;
            }
        }
        return Installation.isTrue(conditions, "Accepted") && Installation.isTrue(conditions, "ResolvedRefs");
    }

    private String revision(int route) {
        try (PlainClient client = new PlainClient(proxy, Duration.ofSeconds(5))) {
            return client.get(ScaleObjects.host(route), ScaleObjects.path(route))
                    .header("x-revision");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void run(String command, String... arguments) throws InterruptedException {
        List<String> line = new ArrayList<>(List.of("bash", "-c", command + " \"$@\"", "bash"));
        line.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(line).inheritIO().start();
            assertThat(process.waitFor()).as(command).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void controllers(int count) throws InterruptedException {
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("apiVersion", "autoscaling/v1").put("kind", "Scale");
        scale.putObject("metadata").put("name", "waypoint-controller").put("namespace", "waypoint-system");
        scale.putObject("spec").put("replicas", count);
        installation.api.apply("/apis/apps/v1/namespaces/waypoint-system/deployments/waypoint-controller/scale", scale);
        Installation.await(PATIENCE, () -> installation.controllers().size() == count, count + " controllers");
    }

    /** Nobody answers: connections stay open, and requests wait. */
    @Test
    @EnabledIfEnvironmentVariable(
            named = OUTAGE_BEGIN,
            matches = ".+",
            disabledReason = "needs commands that stop the API server and let it go on")
    void anApiServerThatIsSilentDropsNoRequest() throws InterruptedException {
        outage(Installation.setting(OUTAGE_BEGIN, ""), Installation.setting(OUTAGE_END, ""));
    }

    /** Connections end, and new ones are refused. */
    @Test
    @EnabledIfEnvironmentVariable(
            named = CRASH_BEGIN,
            matches = ".+",
            disabledReason = "needs commands that kill the API server and start another one")
    void anApiServerThatIsKilledDropsNoRequest() throws InterruptedException {
        outage(Installation.setting(CRASH_BEGIN, ""), Installation.setting(CRASH_END, ""));
    }

    private void outage(String begin, String end) throws InterruptedException {
        SteadyLoad load = load();
        apply(1, 1);
        run(begin);
        try {
            Thread.sleep(OUTAGE);
        } finally {
            run(end);
        }
        long start = System.nanoTime();
        Written changed = objects.route(2, 2);
        Installation.await(
                PATIENCE,
                () -> installation.api.apply(changed.path(), changed.object()).done(),
                "an answer of the API server");
        double answered = (System.nanoTime() - start) / 1e9;
        applied.put(2, 2);
        apply(3, 3);
        everythingIsAsItShouldBe();
        double right = (System.nanoTime() - start) / 1e9;
        Installation.await(PATIENCE, () -> leaders() == 1, "one controller that leads");
        long again = System.nanoTime();
        apply(4, 4);
        everythingIsAsItShouldBe();
        double next = (System.nanoTime() - again) / 1e9;
        String summary = load.summary();
        System.out.printf(
                "the API server answers %.1f s after it was called back, all is right after %.1f s, the next change is in"
                        + " force with its status after %.1f s; load: %s%n",
                answered, right, next, summary);
        assertThat(load.failures()).isEmpty();
    }

    private long leaders() {
        return installation.controllers().stream().filter(this::isLeading).count();
    }

    private boolean isLeading(JsonNode controller) {
        try {
            return installation.metric(controller, "waypoint_controller_leading") == 1;
        } catch (UncheckedIOException starting) {
            return false;
        }
    }

    @Test
    void aControllerThatIsKilledAtRandomLosesNothing() throws InterruptedException {
        Random random = new Random(7);
        SteadyLoad load = load();
        int kills = 0;
        int changes = 0;
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long next = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        while (System.nanoTime() < end) {
            apply(random.nextInt(ROUTES), ++changes);
            if (System.nanoTime() > next) {
                for (JsonNode pod : installation.controllers()) {
                    run(Installation.setting(KILL, ""), pod.at("/metadata/name").asText());
                }
                kills++;
                next = System.nanoTime()
                        + Duration.ofMillis(8000 + random.nextInt(12_000)).toNanos();
            }
            Thread.sleep(random.nextInt(100));
        }
        long stopped = System.nanoTime();
        everythingIsAsItShouldBe();
        double seconds = (System.nanoTime() - stopped) / 1e9;
        String summary = load.summary();
        System.out.printf(
                "%d changes, %d kills, all right %.1f s after the last one; load: %s%n",
                changes, kills, seconds, summary);
        assertThat(kills).isGreaterThan(2);
        assertThat(load.failures()).isEmpty();
    }

    @Test
    void aProxyThatStartsWithoutAControllerServesWhatItHad() throws InterruptedException {
        apply(1, 1);
        everythingIsAsItShouldBe();
        Thread.sleep(Duration.ofSeconds(2)); // what came is kept within a second
        controllers(0);
        JsonNode pod = installation
                .pods(Installation.NAMESPACE, "app.kubernetes.io%2Fname%3Dwaypoint-proxy")
                .getFirst();
        String name = pod.at("/metadata/name").asText();
        run(Installation.setting(KILL, ""), name);
        installation.awaitObject(
                PATIENCE,
                Installation.path("v1", "pods", name),
                now -> now.at("/status/containerStatuses/0/restartCount").asInt() > 0
                        && Installation.isTrue(now.at("/status/conditions"), "Ready"));
        for (Map.Entry<Integer, Integer> route : applied.entrySet()) {
            Installation.await(
                    PATIENCE,
                    () -> revision(route.getKey()).equals(String.valueOf(route.getValue())),
                    "route " + route.getKey());
        }
        controllers(1);
        apply(4, 4);
        everythingIsAsItShouldBe();
    }
}
