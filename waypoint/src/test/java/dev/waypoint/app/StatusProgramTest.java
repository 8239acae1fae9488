package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.ExitCode;
import dev.waypoint.cli.StatusRequest;
import dev.waypoint.source.kubernetes.ClusterClients;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init") // the fields are filled by the extension
@EnableKubernetesMockClient
class StatusProgramTest {

    KubernetesMockServer server;
    KubernetesClient client;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void has(String path, String... items) {
        server.expect()
                .get()
                .withPath("/apis/" + path)
                .andReturn(200, "{\"items\": [" + String.join(",", items).replace('\'', '"') + "]}")
                .always();
    }

    private int status() {
        return new StatusProgram(
                        new StatusRequest(Optional.of("shop")), new PrintWriter(out, true), new PrintWriter(err, true))
                .run(client);
    }

    private static String condition(String type, String status, String reason, String message) {
        return "{'type': '%s', 'status': '%s', 'reason': '%s', 'message': '%s', 'observedGeneration': 2}"
                .formatted(type, status, reason, message);
    }

    @Test
    void showsWhatIsAttachedAndWhatIsWrong() {
        has("gateway.networking.k8s.io/v1/namespaces/shop/gateways", """
                {'metadata': {'name': 'edge', 'namespace': 'shop', 'generation': 2},
                 'spec': {'gatewayClassName': 'waypoint'},
                 'status': {'addresses': [{'value': '10.0.0.7'}], 'conditions': [%s, %s],
                   'listeners': [{'name': 'http', 'attachedRoutes': 2, 'conditions': [%s]}]}}
                """.formatted(
                        condition("Accepted", "True", "Accepted", ""),
                        condition("Programmed", "True", "Programmed", ""),
                        condition("Conflicted", "False", "NoConflicts", "")));
        has(
                "gateway.networking.k8s.io/v1/namespaces/shop/httproutes",
                """
                {'metadata': {'name': 'cart', 'namespace': 'shop', 'generation': 3},
                 'spec': {'parentRefs': [{'name': 'edge'}]},
                 'status': {'parents': [{'conditions': [%s]}]}}
                """.formatted(condition("Accepted", "True", "Accepted", "")),
                """
                {'metadata': {'name': 'bad', 'namespace': 'shop', 'generation': 2},
                 'spec': {'parentRefs': [{'name': 'edge'}]},
                 'status': {'parents': [{'conditions': [%s]}]}}
                """.formatted(condition("ResolvedRefs", "False", "BackendNotFound", "there is no Service shop/x")));
        has("waypoint.dev/v1alpha1/namespaces/shop/ratelimitpolicies", """
                {'metadata': {'name': 'limit', 'namespace': 'shop', 'generation': 1},
                 'spec': {'targetRefs': [{'kind': 'HTTPRoute', 'name': 'cart'}]}}
                """);

        assertThat(status()).isEqualTo(ExitCode.NEGATIVE);

        assertThat(out.toString().replaceAll(" {2,}(?=\\S)(?<=\\S {2,99})", "  "))
                .isEqualTo("""
                Gateway shop/edge  class waypoint, 10.0.0.7, Accepted, Programmed
                  listener http, 2 routes
                  HTTPRoute shop/bad  NOT ResolvedRefs
                  HTTPRoute shop/cart  Accepted
                    RateLimitPolicy shop/limit  not judged by any controller

                wrong:
                  HTTPRoute shop/cart: judged in generation 2, it is at 3 now: the controller is behind or away
                  HTTPRoute shop/bad: ResolvedRefs is False, BackendNotFound: there is no Service shop/x
                """);
    }

    @Test
    void showsServicesThatTheControllerSpeaksOf() {
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/services")
                .andReturn(200, """
                        {"items": [
                          {"metadata": {"name": "quiet", "namespace": "shop"}},
                          {"metadata": {"name": "cart", "namespace": "shop"}, "status": {"conditions": [
                            {"type": "waypoint.dev/PortsNotServed", "status": "True", "reason": "UnsupportedProtocol",
                             "message": "port 90 is tcp"}]}}]}
                        """)
                .always();

        assertThat(status()).isEqualTo(ExitCode.NEGATIVE);

        assertThat(out.toString())
                .contains("Service shop/cart: waypoint.dev/PortsNotServed is True, UnsupportedProtocol: port 90 is tcp")
                .doesNotContain("quiet");
    }

    /** Of the kinds of keys that a kubeconfig may have, the client mistakes one. */
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"EC, PRIVATE KEY, true", "RSA, PRIVATE KEY, false", "EC, EC PRIVATE KEY, false"})
    void keysOnCurvesAreKnownInPkcs8(String algorithm, String type, boolean expected) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        String pem = "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(key) + "\n-----END "
                + type + "-----\n";
        String data = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        assertThat(ClusterClients.isElliptic(data)).isEqualTo(expected);
    }

    @Test
    void aClusterWithoutObjectsIsSaidSo() {
        assertThat(status()).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("there are no Gateways, routes and policies");
    }

    @Test
    void whatMayNotBeListedIsNamed() {
        server.expect()
                .get()
                .withPath("/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways")
                .andReturn(403, "{\"message\": \"gateways is forbidden\"}")
                .always();
        assertThat(status()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString()).contains("gateways cannot be listed: 403 gateways is forbidden");
    }
}
