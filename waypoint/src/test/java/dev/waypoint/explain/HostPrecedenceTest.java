package dev.waypoint.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.plan.RoutingSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several host names of one listener match one request. The Gateway API makes the name the first criterion among all rules that match
 * (HTTPRouteRule.matches), so a request that no rule of the most specific name takes goes to those of wider names. Between listeners
 * there is no such way: a request sees the routes of the most specific listener alone (GatewayHTTPListenerIsolation).
 */
class HostPrecedenceTest {

    private static final String GATEWAY = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: waypoint
              listeners:
                - {name: any, port: 80, protocol: HTTP}
                - {name: isolated, port: 80, protocol: HTTP, hostname: "*.isolated.example"}
            """;

    private static RoutingSnapshot snapshot;

    private static String route(String name, String listener, String hosts, String... paths) {
        StringBuilder yaml = new StringBuilder("""
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec:
                  parentRefs: [{name: edge, sectionName: %s}]
                  hostnames: [%s]
                  rules:
                """.formatted(name, listener, hosts));
        for (String path : paths) {
            yaml.append("    - matches: [{path: {type: PathPrefix, value: ")
                    .append(path)
                    .append("}}]\n");
        }
        return yaml.toString();
    }

    @BeforeAll
    static void compile(@TempDir Path folder) throws IOException {
        snapshot = Snapshots.of(
                GATEWAY
                        + route("exact", "any", "a.b.example", "/exact", "/both")
                        + route("narrow", "any", "'*.b.example'", "/narrow", "/both", "/exact/deeper")
                        + route("wide", "any", "'*.example'", "/wide", "/both", "/narrow/deeper")
                        + route("all", "any", "", "/all", "/both")
                        + route("inside", "isolated", "x.isolated.example", "/inside"),
                folder);
    }

    @ParameterizedTest(name = "{0}{1}: {2}")
    @CsvSource({
        "a.b.example, /exact, exact",
        "a.b.example, /both, exact",
        "a.b.example, /narrow, narrow",
        "a.b.example, /wide, wide",
        "a.b.example, /all, all",
        "a.b.example, /none, ''",
        // The name goes before the length of the path.
        "a.b.example, /exact/deeper, exact",
        "z.b.example, /exact/deeper, narrow",
        "z.b.example, /both, narrow",
        "z.b.example, /exact, ''",
        "z.b.example, /narrow/deeper, narrow",
        "z.y.b.example, /both, narrow",
        "z.y.b.example, /wide, wide",
        "b.example, /both, wide",
        "b.example, /narrow, ''",
        "b.example, /narrow/deeper, wide",
        "other, /both, all",
        "other, /wide, ''",
        "A.B.Example:80, /narrow, narrow",
        // The other listener's routes are out of reach, however well they match.
        "x.isolated.example, /inside, inside",
        "x.isolated.example, /both, ''",
        "x.isolated.example, /all, ''",
        "y.isolated.example, /inside, ''",
        "isolated.example, /all, all",
    })
    void theMostSpecificNameWithAMatchTakesTheRequest(String host, String path, String route) {
        Explanation explanation =
                Explainer.explain(snapshot, MadeUpRequest.of("GET", "http://" + host + path, List.of()));
        assertThat(explanation.outcome().map(outcome -> outcome.route()).orElse(""))
                .isEqualTo(route.isEmpty() ? "" : "HTTPRoute default/" + route);
    }
}
