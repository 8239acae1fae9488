package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** A client's session is known by all replicas of the proxies, and by those that replace them. */
@EnabledIfEnvironmentVariable(
        named = TroubleTest.KILL,
        matches = ".+",
        disabledReason = "needs a cluster with Waypoint, as the tests of its troubles do")
class SessionTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int REPLICAS = 2;
    private static final int PORT = 10080;

    private final Installation installation = new Installation();
    private final Backends backends = new Backends();
    private final ScaleObjects objects =
            new ScaleObjects(2, 1, 2, 1, Installation.setting("WAYPOINT_TEST_ENDPOINTS", "10.250"), backends.port());

    SessionTest() throws IOException {}

    @BeforeEach
    void twoProxiesAndTenEndpoints() throws InterruptedException {
        installation.begin();
        installation.create(objects.allServices());
        installation.replicas("two", REPLICAS);
        installation.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: waypoint
                  infrastructure: {parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: two}}
                  listeners: [{name: http, port: 80, protocol: HTTP}]
                """);
        installation.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - sessionPersistence: {sessionName: seat, type: Cookie}
                    backendRefs: [{name: s0, port: 80}]
                """);
        installation.programmed("edge");
    }

    @AfterEach
    void end() {
        installation.close();
        backends.close();
    }

    private List<JsonNode> proxies(Set<String> without) throws InterruptedException {
        Installation.await(PATIENCE, () -> ready(without).size() == REPLICAS, REPLICAS + " ready proxies");
        return ready(without);
    }

    private List<JsonNode> ready(Set<String> without) {
        return installation.proxies().stream()
                .filter(Installation::isReady)
                .filter(pod -> !pod.path("metadata").has("deletionTimestamp"))
                .filter(pod -> !without.contains(pod.at("/metadata/name").asText()))
                .toList();
    }

    private static PlainClient.Answer call(JsonNode pod, Map<String, String> headers) throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(pod.at("/status/podIP").asText(), PORT);
        try (PlainClient client = new PlainClient(address, Duration.ofSeconds(10))) {
            PlainClient.Answer answer = client.get("shop.example", "/", headers);
            assertThat(answer.status()).isEqualTo(200);
            return answer;
        }
    }

    private static Set<String> endpoints(List<JsonNode> pods, Map<String, String> headers) throws IOException {
        Set<String> endpoints = new HashSet<>();
        for (JsonNode pod : pods) {
            for (int i = 0; i < 20; i++) {
                endpoints.add(call(pod, headers).header(Backends.ENDPOINT));
            }
        }
        return endpoints;
    }

    @Test
    void allReplicasAndTheirSuccessorsKnowASession() throws IOException, InterruptedException {
        List<JsonNode> first = proxies(Set.of());
        assertThat(endpoints(first, Map.of())).as("without a session").hasSizeGreaterThan(3);
        PlainClient.Answer begin = call(first.getFirst(), Map.of());
        Map<String, String> cookie = Map.of("cookie", begin.header("set-cookie").replaceFirst(";.*", ""));
        String seat = begin.header(Backends.ENDPOINT);
        assertThat(endpoints(first, cookie)).as("of both proxies").containsExactly(seat);

        Set<String> names = new HashSet<>();
        for (JsonNode pod : first) {
            names.add(pod.at("/metadata/name").asText());
            installation.api.delete(
                    Installation.path("v1", "pods", pod.at("/metadata/name").asText()));
        }
        List<JsonNode> second = proxies(names);
        assertThat(endpoints(second, cookie))
                .as("of proxies that replaced them")
                .containsExactly(seat);
    }
}
