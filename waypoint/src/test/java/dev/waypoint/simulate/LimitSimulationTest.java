package dev.waypoint.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitSimulationTest {

    private static final String POLICY = """
        apiVersion: waypoint.dev/v1alpha1
        kind: RateLimitPolicy
        metadata: {name: clients, namespace: shop}
        spec:
          targetRefs: [{kind: Gateway, name: edge}]
          limits:
            - {name: each, requests: 2, per: 1s, key: [{type: ClientAddress}]}
            - {name: posts, requests: 1, per: 1h, mode: Shadow, when: [{method: POST}]}
        """;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    private LimitSimulation simulation(String policy) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.yaml"), policy);
        ResourceSet set = ResourceReader.read(new FolderSource(file).load(), ResourceSet.EMPTY);
        return LimitSimulation.of(set, FilterCatalog.installed(_ -> {}), 1, findings::add);
    }

    private static String text(String time, String method, String client) {
        return "[2026-01-01T00:00:" + time + "Z] \"" + method + " /a b HTTP/1.1\" 200 - - 0 12 0.5 0.4 " + client
                + " \"curl/8 (x)\" \"id\" \"shop.example\" 10.0.0.1:80 l r 0 b 1 - v1";
    }

    private static String json(String time, String method, String client) {
        return "{\"time\":\"2026-01-01T00:00:" + time + "Z\",\"method\":\"" + method
                + "\",\"path\":\"/a\",\"authority\":\"shop.example\",\"client\":\"" + client + "\"}";
    }

    private static List<String> lines(LimitSimulation simulation) {
        return simulation.refused().entrySet().stream()
                .map(entry -> entry.getKey().second() + " " + entry.getKey().limit() + " "
                        + entry.getKey().key() + (entry.getKey().shadow() ? " shadow " : " ") + entry.getValue())
                .toList();
    }

    @Test
    void tellsSecondLimitAndKeyInTheOrderOfArrival() throws IOException {
        LimitSimulation simulation = simulation(POLICY);
        simulation.run(Stream.of(
                text("02.000", "GET", "192.0.2.1"),
                text("00.100", "GET", "192.0.2.1"),
                json("00.000", "GET", "192.0.2.1"),
                json("00.200", "GET", "192.0.2.1"),
                text("00.300", "GET", "192.0.2.1"),
                json("00.300", "POST", "2001:db8::1"),
                text("00.400", "POST", "192.0.2.2"),
                "something else"));
        assertThat(lines(simulation))
                .containsExactly(
                        "2026-01-01T00:00:00Z each address/32/64=192.0.2.1 2",
                        "2026-01-01T00:00:00Z posts one for all shadow 1");
        assertThat(simulation.requests()).isEqualTo(7);
        assertThat(simulation.refusedRequests()).isEqualTo(2);
        assertThat(simulation.otherLines()).isEqualTo(1);
    }

    /** One log is taken for all that reached the shared bucket; the store itself is not needed. */
    @Test
    void replaysGlobalLimitsAndTellsWhatItCannotReplay() throws IOException {
        LimitSimulation simulation = simulation("""
            apiVersion: waypoint.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: fleet, namespace: shop}
            spec:
              targetSelectors: [{kind: HTTPRoute, matchLabels: {tier: public}}]
              global: {addresses: ["192.0.2.9:6379"], credentialsRef: {name: none}}
              concurrency: [{name: places, inFlight: 1}]
              limits: [{name: all, requests: 2, per: 1h, scope: Global}]
            """);
        simulation.run(Stream.of(
                json("00.000", "GET", "192.0.2.1"),
                json("00.100", "GET", "192.0.2.1"),
                json("00.200", "GET", "192.0.2.2")));
        assertThat(lines(simulation)).containsExactly("2026-01-01T00:00:00Z all one for all 1");
        assertThat(simulation.leftOut()).containsExactly("RateLimitPolicy shop/fleet places");
    }

    @Test
    void reportsBadPolicies() throws IOException {
        assertThat(simulation(POLICY.replace("requests: 2", "requests: 0")).policies())
                .isZero();
        assertThat(findings)
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString())
                        .contains("RateLimitPolicy shop/clients", "spec.limits[0].requests is 0"));
    }
}
