package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Controllers and proxies are replaced as an upgrade does it, under load. */
@EnabledIfEnvironmentVariable(
        named = TroubleTest.KILL,
        matches = ".+",
        disabledReason = "needs a cluster with Waypoint, as the tests of its troubles do")
class RolloutTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String CONTROLLER = "/apis/apps/v1/namespaces/waypoint-system/deployments/waypoint-controller";
    private static final int REPLICAS = 2;

    private final Installation installation = new Installation();
    private final Backends backends = new Backends();
    private final ScaleObjects objects =
            new ScaleObjects(2, 1, 2, 1, Installation.setting("WAYPOINT_TEST_ENDPOINTS", "10.250"), backends.port());

    RolloutTest() throws IOException {}

    @BeforeEach
    void begin() throws InterruptedException {
        installation.begin();
        installation.create(objects.allServices());
        installation.replicas("two", REPLICAS);
        gateway("first");
        installation.apply(objects.route(0, 0));
    }

    /** Annotations of a Gateway are those of its pods: another one makes other pods, as another image does. */
    private void gateway(String annotation) {
        installation.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec:
                  gatewayClassName: waypoint
                  infrastructure:
                    annotations: {example.org/version: %s}
                    parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: two}
                  listeners: [{name: http, port: 80, protocol: HTTP}]
                """.formatted(ScaleObjects.gatewayName(0), annotation));
    }

    @AfterEach
    void end() {
        installation.close();
        backends.close();
    }

    private static Set<String> names(List<JsonNode> pods) {
        return pods.stream().map(pod -> pod.at("/metadata/name").asText()).collect(Collectors.toSet());
    }

    private static boolean areOthers(List<JsonNode> pods, Set<String> before) {
        return pods.size() == before.size()
                && names(pods).stream().noneMatch(before::contains)
                && pods.stream().allMatch(Installation::isReady);
    }

    @Test
    void noRequestIsLostWhileControllersAndProxiesAreReplaced() throws InterruptedException {
        InetSocketAddress address = installation.programmed(ScaleObjects.gatewayName(0));
        Installation.await(
                PATIENCE,
                () -> installation.proxies().stream()
                                .filter(Installation::isReady)
                                .count()
                        == REPLICAS,
                "ready proxies");
        Installation.await(PATIENCE, () -> served(address), "the route");
        SteadyLoad load = new SteadyLoad(address, ScaleObjects.host(0), 100, () -> ScaleObjects.path(0));

        Set<String> controllers = names(installation.controllers());
        ObjectNode again = JsonNodeFactory.instance.objectNode();
        again.withObject("spec")
                .withObject("template")
                .withObject("metadata")
                .withObject("annotations")
                .put("example.org/again", String.valueOf(System.nanoTime()));
        assertThat(installation.api.merge(CONTROLLER, again).done()).isTrue();
        Installation.await(PATIENCE, () -> areOthers(installation.controllers(), controllers), "other controllers");

        Set<String> proxies = names(installation.proxies());
        gateway("second");
        Installation.await(PATIENCE, () -> areOthers(installation.proxies(), proxies), "other proxies");
        Thread.sleep(Duration.ofSeconds(2));

        String summary = load.summary();
        System.out.printf("controllers and proxies replaced; load: %s%n", summary);
        assertThat(load.failures()).isEmpty();
    }

    private static boolean served(InetSocketAddress address) {
        try (PlainClient client = new PlainClient(address, Duration.ofSeconds(5))) {
            return client.get(ScaleObjects.host(0), ScaleObjects.path(0)).status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
