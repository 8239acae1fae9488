package dev.waypoint.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The commands that look into a cluster, as a user calls them, against a real one. */
@EnabledIfEnvironmentVariable(
        named = TroubleTest.KILL,
        matches = ".+",
        disabledReason = "needs a cluster with Waypoint, as the tests of its troubles do")
class CompanionTest {

    private final Installation installation = new Installation();

    private record Run(int status, String out) {}

    @BeforeEach
    void aGatewayWithARoute() throws InterruptedException {
        installation.begin();
        installation.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: edge}
                spec:
                  gatewayClassName: waypoint
                  listeners: [{name: http, port: 80, protocol: HTTP}]
                """);
        installation.apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: cart}
                spec: {ports: [{name: http, port: 80}], selector: {app: cart}}
                """);
        installation.apply("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: items}
                spec:
                  parentRefs: [{name: edge}]
                  rules: [{matches: [{path: {type: PathPrefix, value: /items}}], backendRefs: [{name: cart, port: 80}]}]
                """);
        installation.programmed("edge");
    }

    @AfterEach
    void end() {
        installation.close();
    }

    private static Run waypoint(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.waypoint.app.Main"));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("KUBECONFIG", Installation.setting("WAYPOINT_TEST_KUBECONFIG", ""));
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }

    @Test
    void explainsRequestsOfTheClusterAndShowsWhatAPodHas() throws IOException, InterruptedException {
        Run taken = waypoint("explain", "-n", Installation.NAMESPACE, "--url", "http://shop.example/items/7");
        assertThat(taken.out()).contains("forwarded to waypoint-live/cart:80", "HTTPRoute waypoint-live/items rule 0");
        assertThat(taken.status()).isZero();
        assertThat(waypoint("explain", "-n", Installation.NAMESPACE, "--url", "http://shop.example/")
                        .status())
                .isEqualTo(1);

        String pod = installation
                .pods(Installation.NAMESPACE, "app.kubernetes.io%2Fname%3Dwaypoint-proxy")
                .getFirst()
                .at("/metadata/name")
                .asText();
        Run page = waypoint("config", "-n", Installation.NAMESPACE, "--pod", pod);
        assertThat(page.out()).contains("connected since", "HTTPRoute waypoint-live/items, 1 matches");
        assertThat(page.status()).isZero();
        JsonNode config = new ObjectMapper()
                .readTree(waypoint("config", "-n", Installation.NAMESPACE, "--pod", pod, "-o", "json")
                        .out());
        assertThat(config.at("/ir/listeners/0/port").asInt()).isEqualTo(80);
        assertThat(config.at("/stream/connected").asBoolean()).isTrue();
    }
}
