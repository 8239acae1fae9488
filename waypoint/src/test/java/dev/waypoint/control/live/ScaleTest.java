package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.control.live.Installation.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of routes, Services and Gateways on a real API server, with the real controller and some real proxies, under a steady load:
 * how long changes take, what they cost, and that no request fails. docs/kubernetes.md says how to run it.
 */
@EnabledIfEnvironmentVariable(
        named = "WAYPOINT_TEST_SCALE",
        matches = ".+",
        disabledReason = "needs a cluster with Waypoint, and minutes: routes,services,gateways,real proxies")
class ScaleTest {

    private static final int CHANGES = Integer.parseInt(Installation.setting("WAYPOINT_TEST_CHANGES", "100"));
    private static final int CHURN_SECONDS =
            Integer.parseInt(Installation.setting("WAYPOINT_TEST_CHURN_SECONDS", "40"));
    private static final int CHURN_PER_SECOND = 50;
    private static final int RATE = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Installation installation = new Installation();
    private final List<LightProxy> light = new ArrayList<>();
    private final AtomicInteger revision = new AtomicInteger();
    private final Random random = new Random(1);
    private final long began = System.nanoTime();
    private final Backends backends;
    private final ScaleObjects objects;

    @TempDir
    Path folder;

    ScaleTest() throws IOException {
        backends = new Backends();
        objects = ScaleObjects.configured(backends.port());
    }

    @BeforeEach
    void begin() throws InterruptedException {
        installation.begin();
    }

    @AfterEach
    void end() {
        light.forEach(LightProxy::close);
        installation.close();
        backends.close();
    }

    private void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - began) / 1e9, format.formatted(values));
    }

    @Test
    void changesArriveQuicklyAndNoRequestFails() throws InterruptedException, IOException {
        gateways();
        InetSocketAddress proxy = installation.programmed(ScaleObjects.gatewayName(0));
        installation.create(objects.allServices());
        say("%d Services with %d endpoints each are written", objects.services(), ScaleObjects.ENDPOINTS);
        installation.apply(objects.route(0, 0));
        awaitRevision(proxy, 0, 0);
        SteadyLoad load = new SteadyLoad(
                proxy,
                ScaleObjects.host(0),
                RATE,
                () -> ScaleObjects.path(0) + "/" + ThreadLocalRandom.current().nextInt());
        Cost cost = new Cost();
        allRoutes(proxy);
        cost.say("all routes");
        settle();
        cost.say("until all statuses are right");
        singleChanges(proxy);
        cost.say(CHANGES + " single changes");
        churn(proxy);
        cost.say("churn of endpoints");
        String summary = load.summary();
        say("load of %d requests/s through one proxy: %s", RATE, summary);
        assertThat(load.failures()).isEmpty();
    }

    private void gateways() throws InterruptedException, IOException {
        installation.apply(objects.light());
        List<Written> gateways = new ArrayList<>();
        for (int i = 0; i < objects.gateways(); i++) {
            gateways.add(objects.gateway(i));
        }
        installation.create(gateways);
        for (int i = 0; i < objects.gateways(); i++) {
            if (i < objects.real()) {
                installation.programmed(ScaleObjects.gatewayName(i));
            } else {
                String plane = ScaleObjects.gatewayName(i) + "-waypoint";
                installation.awaitObject(
                        PATIENCE, Installation.path("apps/v1", "deployments", plane), node -> node.has("spec"));
                light.add(new LightProxy(installation, ScaleObjects.gatewayName(i), folder.resolve("light-" + i)));
            }
        }
        say("%d Gateways, %d of them with real proxies", objects.gateways(), objects.real());
    }

    private void allRoutes(InetSocketAddress proxy) throws InterruptedException {
        List<Written> routes = new ArrayList<>();
        for (int i = 1; i < objects.routes(); i++) {
            routes.add(objects.route(i, 0));
        }
        long start = System.nanoTime();
        installation.create(routes);
        double written = (System.nanoTime() - start) / 1e9;
        int last = objects.routes() / 2 - 1;
        awaitRevision(proxy, last, 0);
        say(
                "%d routes written in %.1f s; the first Gateway's last one is served %.1f s after the first was written",
                objects.routes(), written, (System.nanoTime() - start) / 1e9);
    }

    /** Until nothing is written any more. */
    private void settle() throws InterruptedException {
        JsonNode controller = controller();
        double before = -1;
        double now = installation.metric(controller, "waypoint_controller_status_writes_total");
        while (before != now) {
            before = now;
            Thread.sleep(2000);
            now = installation.metric(controller, "waypoint_controller_status_writes_total");
        }
        long wrong = 0;
        for (JsonNode route : installation
                .api
                .read("/apis/" + Installation.GATEWAYS + "/namespaces/" + Installation.NAMESPACE + "/httproutes")
                .body()
                .path("items")) {
            wrong += Installation.isTrue(route.at("/status/parents/0/conditions"), "Accepted") ? 0 : 1;
        }
        assertThat(wrong).as("routes without a status").isZero();
    }

    private JsonNode controller() {
        return installation.controllers().stream()
                .filter(pod -> installation.metric(pod, "waypoint_controller_leading") == 1)
                .findFirst()
                .orElseThrow();
    }

    private void singleChanges(InetSocketAddress proxy) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        List<Double> writes = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            int route = random.nextInt(objects.routes() / 2);
            double before = streamed();
            Written written = objects.route(route, revision.incrementAndGet());
            long start = System.nanoTime();
            installation.apply(written);
            writes.add((System.nanoTime() - start) / 1e6);
            awaitRevision(proxy, route, revision.get());
            millis.add((System.nanoTime() - start) / 1e6);
            Thread.sleep(100);
            bytes.add(streamed() - before);
        }
        say("API write itself, ms: %s", Quantiles.of(writes, 1));
        say("from API write to serving, ms: %s", Quantiles.of(millis, 1));
        say("bytes streamed for one changed route: %s", Quantiles.of(bytes, 1));
    }

    private double streamed() {
        return installation.metric(controller(), "waypoint_controller_stream_bytes_total");
    }

    private void churn(InetSocketAddress proxy) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        long start = System.nanoTime();
        long end = start + Duration.ofSeconds(CHURN_SECONDS).toNanos();
        Thread churning = Thread.ofPlatform().start(() -> {
            Random which = new Random(2);
            for (int i = 0; System.nanoTime() < end; i++) {
                int service = i % 10 == 0 ? 0 : which.nextInt(objects.services());
                installation.apply(objects.slice(service, Set.of(which.nextInt(ScaleObjects.ENDPOINTS))));
                LockSupport.parkNanos(start + (i + 1) * 1_000_000_000L / CHURN_PER_SECOND - System.nanoTime());
            }
        });
        int changes = 0;
        while (System.nanoTime() < end) {
            int route = random.nextInt(objects.routes() / 2);
            Written written = objects.route(route, revision.incrementAndGet());
            long asked = System.nanoTime();
            installation.apply(written);
            awaitRevision(proxy, route, revision.get());
            millis.add((System.nanoTime() - asked) / 1e6);
            changes++;
            Thread.sleep(400);
        }
        churning.join();
        say(
                "%d s with %d changed endpoints per second; of %d route changes meanwhile, ms from API write to serving: %s",
                CHURN_SECONDS, CHURN_PER_SECOND, changes, Quantiles.of(millis, 1));
    }

    /** Asks the proxy every millisecond until a route has a revision. */
    private void awaitRevision(InetSocketAddress proxy, int route, int wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (PlainClient client = new PlainClient(proxy, Duration.ofSeconds(10))) {
            while (!client.get(ScaleObjects.host(route), ScaleObjects.path(route))
                    .header("x-revision")
                    .equals(String.valueOf(wanted))) {
                assertThat(System.nanoTime())
                        .as("route %d with revision %d", route, wanted)
                        .isLessThan(end);
                Thread.sleep(1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the controller spent since the last time. */
    private final class Cost {
        private long at = System.nanoTime();
        private double cpu = metric("process_cpu_seconds_total");
        private double rounds = metric("waypoint_controller_rounds_total");
        private double busy = metric("waypoint_controller_busy_seconds_total");
        private double writes = metric("waypoint_controller_status_writes_total");

        private double metric(String name) {
            return installation.metric(controller(), name);
        }

        void say(String what) {
            long now = System.nanoTime();
            double seconds = (now - at) / 1e9;
            double cpuNow = metric("process_cpu_seconds_total");
            double roundsNow = metric("waypoint_controller_rounds_total");
            double busyNow = metric("waypoint_controller_busy_seconds_total");
            double writesNow = metric("waypoint_controller_status_writes_total");
            ScaleTest.this.say(
                    "%s: %.1f s; controller: %.1f s CPU, %.0f MiB resident, heap %.0f MiB, %.0f rounds of %.1f ms, %.0f statuses"
                            + " written",
                    what,
                    seconds,
                    cpuNow - cpu,
                    metric("process_resident_memory_bytes") / (1 << 20),
                    metric("process_heap_bytes") / (1 << 20),
                    roundsNow - rounds,
                    (busyNow - busy) * 1000 / Math.max(1, roundsNow - rounds),
                    writesNow - writes);
            at = now;
            cpu = cpuNow;
            rounds = roundsNow;
            busy = busyNow;
            writes = writesNow;
        }
    }
}
