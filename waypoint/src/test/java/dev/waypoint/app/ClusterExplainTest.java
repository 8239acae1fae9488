package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.ExplainRequest;
import dev.waypoint.explain.Explanation;
import dev.waypoint.explain.ExplanationText;
import dev.waypoint.explain.MadeUpRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // the fields are filled by the extension
@EnableKubernetesMockClient
class ClusterExplainTest {

    private static final String GATEWAY_API = "/apis/gateway.networking.k8s.io/v1/";
    private static final String WHOLE = "?limit=500";

    KubernetesMockServer server;
    KubernetesClient client;

    private final StringWriter err = new StringWriter();

    private void has(String path, String... items) {
        answer(path, 200, "{'items': [" + String.join(",", items) + "]}");
    }

    private void answer(String path, int code, String body) {
        server.expect()
                .get()
                .withPath(path)
                .andReturn(code, body.replace('\'', '"'))
                .always();
    }

    @BeforeEach
    void aClusterWithClassAndService() {
        has(GATEWAY_API + "gatewayclasses" + WHOLE, """
                {'metadata': {'name': 'waypoint'}, 'spec': {'controllerName': 'waypoint.dev/controller'}},
                {'metadata': {'name': 'other'}, 'spec': {'controllerName': 'example.org/other'}}
                """);
        has("/api/v1/services" + WHOLE, """
                {'metadata': {'name': 'cart', 'namespace': 'shop', 'labels': {'waypoint.dev/use': 'mesh'}},
                 'spec': {'clusterIP': '10.96.0.7', 'clusterIPs': ['10.96.0.7'], 'ports': [{'port': 80}]}}
                """);
    }

    private static String gateway(String name, String className, String protocol) {
        return """
                {'metadata': {'name': '%s', 'namespace': 'shop', 'generation': 1},
                 'spec': {'gatewayClassName': '%s',
                   'listeners': [{'name': 'all', 'port': 80, 'protocol': '%s'}]}}
                """.formatted(name, className, protocol);
    }

    private static String route(String name, String parent, String path) {
        return """
                {'metadata': {'name': '%s', 'namespace': 'shop', 'generation': 1},
                 'spec': {'parentRefs': [%s],
                   'rules': [{'matches': [{'path': {'type': 'PathPrefix', 'value': '%s'}}],
                     'backendRefs': [{'name': 'cart', 'port': 80}]}]}}
                """.formatted(name, parent, path);
    }

    private ClusterExplain.Answer explain(String url, Optional<String> gateway) {
        var source = new ExplainRequest.Source.Cluster("shop", gateway, Optional.empty());
        var request = new ExplainRequest(source, Optional.empty(), "GET", url, List.of(), false);
        return new ClusterExplain(request, source, MadeUpRequest.of("GET", url, List.of()), new PrintWriter(err, true))
                .run(client);
    }

    private static String text(ClusterExplain.Answer answer) {
        return answer.explanation().map(ExplanationText::of).orElse("");
    }

    @Test
    void aGatewayIsAskedAtItsOwnPort() {
        has(GATEWAY_API + "gateways" + WHOLE, gateway("edge", "waypoint", "HTTP"));
        has(GATEWAY_API + "httproutes" + WHOLE, route("items", "{'name': 'edge'}", "/items"));

        ClusterExplain.Answer taken = explain("http://shop.example/items/7", Optional.empty());
        assertThat(taken.status()).isEqualTo(ExitCode.OK);
        assertThat(text(taken)).contains("shop/items rule", "shop/cart");

        ClusterExplain.Answer missed = explain("http://shop.example/nowhere", Optional.empty());
        assertThat(missed.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(missed.explanation().map(Explanation::verdict)).contains("404: no route matches");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aServiceOfAMeshIsAskedByItsName() {
        has(GATEWAY_API + "gateways" + WHOLE, gateway("mesh", "waypoint", "waypoint.dev/mesh"));
        has(
                GATEWAY_API + "httproutes" + WHOLE,
                route("items", "{'group': '', 'kind': 'Service', 'name': 'cart'}", "/items"));

        for (String host : List.of("cart", "cart.shop", "cart.shop.svc.cluster.local", "10.96.0.7")) {
            assertThat(explain("http://" + host + "/items", Optional.empty()).status())
                    .as(host)
                    .isEqualTo(ExitCode.OK);
        }
        assertThat(explain("http://cart.elsewhere/items", Optional.empty()).status())
                .isEqualTo(ExitCode.NEGATIVE);
    }

    @Test
    void amongSeveralGatewaysTheOneIsAskedThatTakesTheRequest() {
        has(
                GATEWAY_API + "gateways" + WHOLE,
                gateway("inner", "waypoint", "HTTP"),
                gateway("outer", "waypoint", "HTTP"));
        has(
                GATEWAY_API + "httproutes" + WHOLE,
                route("one", "{'name': 'inner'}", "/one"),
                route("both", "{'name': 'inner'}, {'name': 'outer'}", "/both"));

        assertThat(text(explain("http://x/one", Optional.empty()))).contains("shop/one rule");
        assertThat(explain("http://x/both", Optional.of("outer")).status()).isEqualTo(ExitCode.OK);
        assertThat(err.toString()).isEmpty();

        assertThat(explain("http://x/both", Optional.empty()).status()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("several Gateways of namespace shop take the request", "inner:", "outer:");
        assertThat(explain("http://x/none", Optional.empty()).status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(err.toString()).contains("no Gateway of namespace shop takes the request");
    }

    @Test
    void whoMayNotListTheWholeClusterSeesTheNamespace() {
        answer(GATEWAY_API + "gateways" + WHOLE, 403, "{'message': 'gateways is forbidden'}");
        has(GATEWAY_API + "namespaces/shop/gateways" + WHOLE, gateway("edge", "waypoint", "HTTP"));
        has(GATEWAY_API + "httproutes" + WHOLE, route("items", "{'name': 'edge'}", "/items"));

        assertThat(explain("http://x/items", Optional.empty()).status()).isEqualTo(ExitCode.OK);
        assertThat(err.toString())
                .contains("not every Gateway could be read", "only those of namespace shop were read: 403");
    }

    @Test
    void whatStandsInTheWayIsSaid() {
        has(GATEWAY_API + "gateways" + WHOLE, gateway("strange", "other", "HTTP"));
        assertThat(explain("http://x/", Optional.empty()).status()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString())
                .contains("no Gateway of Waypoint: strange is of class other, which belongs to example.org/other");
        assertThat(explain("http://x/", Optional.of("edge")).status()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString()).contains("namespace shop has no Gateway 'edge' of Waypoint");
    }

    @Test
    void aClusterThatTellsNothingIsNamed() {
        answer(GATEWAY_API + "gateways" + WHOLE, 403, "{'message': 'gateways is forbidden'}");
        answer(GATEWAY_API + "namespaces/shop/gateways" + WHOLE, 403, "{'message': 'gateways is forbidden'}");
        assertThat(explain("http://x/", Optional.empty()).status()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString()).contains("the cluster's Gateways cannot be listed: 403 gateways is forbidden");
    }

    @Test
    void longListsAreReadToTheirEnd() {
        answer(
                GATEWAY_API + "gateways" + WHOLE,
                200,
                "{'items': [%s], 'metadata': {'continue': 'a+b'}}".formatted(gateway("first", "other", "HTTP")));
        has(GATEWAY_API + "gateways" + WHOLE + "&continue=a%2Bb", gateway("edge", "waypoint", "HTTP"));
        has(GATEWAY_API + "httproutes" + WHOLE, route("items", "{'name': 'edge'}", "/items"));
        assertThat(explain("http://x/items", Optional.empty()).status()).isEqualTo(ExitCode.OK);
    }
}
