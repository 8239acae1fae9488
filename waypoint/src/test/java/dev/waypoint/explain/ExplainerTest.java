package dev.waypoint.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.plan.RoutingSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainerTest {

    private static final String CONFIG = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: waypoint
              listeners:
                - {name: shop, port: 8080, protocol: HTTP, hostname: "*.example"}
                - {name: all, port: 8080, protocol: HTTP}
                - {name: other, port: 9090, protocol: HTTP}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: edge, sectionName: shop}]
              hostnames: [shop.example]
              rules:
                - name: users
                  matches:
                    - path: {type: PathPrefix, value: /v1}
                      method: GET
                      headers: [{name: x-user, value: a}]
                  filters:
                    - type: RequestHeaderModifier
                      requestHeaderModifier: {set: [{name: x, value: y}]}
                  backendRefs: [{name: a, port: 80, weight: 3}, {name: b, port: 80, weight: 1}]
                - name: rest
                  backendRefs: [{name: b, port: 80}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: a}
            spec: {ports: [{port: 80}], endpoints: [{addresses: [10.0.0.1], port: 8000}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: b}
            spec: {ports: [{port: 80}]}
            """;

    private static RoutingSnapshot snapshot;

    @BeforeAll
    static void compile(@TempDir Path folder) throws IOException {
        snapshot = Snapshots.of(CONFIG, folder);
    }

    private static Explanation explain(String method, String url, String... headers) {
        return Explainer.explain(snapshot, MadeUpRequest.of(method, url, List.of(headers)));
    }

    @Test
    void aRequestIsExplainedFromListenerToEndpoint() {
        String text = ExplanationText.of(explain("GET", "http://shop.example:8080/v1/x", "X-User: a"));

        assertThat(text)
                .contains("GET http://shop.example:8080/v1/x\n  => forwarded to one of 2 backends by weight\n")
                .contains("    other of Gateway default/edge (HTTP, port 9090, all hosts)\n"
                        + "        serves port 9090, the request goes to port 8080\n")
                .contains("  * shop of Gateway default/edge (HTTP, port 8080, *.example)\n"
                        + "        is the most specific name for shop.example\n")
                .contains("    all of Gateway default/edge (HTTP, port 8080, all hosts)\n"
                        + "        serves shop.example too, but another name is more specific\n")
                .contains("  * HTTPRoute default/shop rule users: GET, path under /v1, header x-user = a\n"
                        + "        is the first that matches\n")
                .contains("    HTTPRoute default/shop rule rest: path under /\n"
                        + "        matches too, but comes later in the order of precedence\n")
                .contains("TRANSFORM header-modifier from HTTPRoute default/shop")
                .contains("default/a:80  75% (weight 3 of 4)\n        10.0.0.1:8000 ready\n")
                .contains("default/b:80  25% (weight 1 of 4)\n        no endpoints\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            another header value | GET  | http://shop.example:8080/v1 | x-user: b | x-user = a does not hold; it is 'b'
            no header            | GET  | http://shop.example:8080/v1 | x-other: b | x-user = a does not hold; it is absent
            another method       | POST | http://shop.example:8080/v1 | x-user: a | the method is POST
            another path         | GET  | http://shop.example:8080/v2 | x-user: a | the path /v2 does not match
            """)
    void whyNotTheOtherRule(String name, String method, String url, String header, String reason) {
        Explanation explanation = explain(method, url, header);

        assertThat(explanation.outcome().orElseThrow().rule()).isEqualTo("rest");
        assertThat(explanation.routes())
                .anySatisfy(route -> assertThat(route.reason()).isEqualTo(reason));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a port that nobody serves | http://shop.example:1/    | 404: no listener takes the request
            https                     | https://shop.example/     | 404: no listener takes the request
            a host without routes     | http://x.example:8080/    | 404: no route of listener default/edge/shop serves the host x.example
            """)
    void nobodyTakesIt(String name, String url, String verdict) {
        Explanation explanation = explain("GET", url);

        assertThat(explanation.taken()).isFalse();
        assertThat(explanation.verdict()).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"shop.example", "ftp://x/", "http:///x", "'http://a b/'", "''"})
    void urlsMustBeComplete(String url) {
        assertThatThrownBy(() -> MadeUpRequest.of("GET", url, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the URL is '" + url + "'");
    }

    @Test
    void aHostHeaderReplacesThatOfTheUrl() {
        assertThat(explain("GET", "http://127.0.0.1:8080/", "Host: shop.example")
                        .taken())
                .isTrue();
    }
}
