package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.cli.ConfigRequest;
import dev.waypoint.cli.ExitCode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said when a pod cannot be asked; {@code ClusterTest} asks a real one. */
@SuppressWarnings("NullAway.Init") // the fields are filled by the extension
@EnableKubernetesMockClient
class PodConfigProgramTest {

    private static final String RUNNING = "{'phase': 'Running', 'conditions': [{'type': 'Ready', 'status': 'True'}]}";

    KubernetesMockServer server;
    KubernetesClient client;

    private final StringWriter err = new StringWriter();

    private void pod(int code, String body) {
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/pods/edge-1")
                .andReturn(code, body.replace('\'', '"'))
                .always();
    }

    private int config() {
        return new PodConfigProgram(
                        new ConfigRequest(Optional.of("shop"), "edge-1", false),
                        new PrintWriter(new StringWriter(), true),
                        new PrintWriter(err, true))
                .run(client);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        no such pod  | 404 | {'message': 'not found'}                         | does not exist; 'kubectl get pods -n shop
        no rights    | 403 | {'message': 'pods is forbidden'}                 | cannot be read: 403 pods is forbidden
        another one  | 200 | {'metadata': {'labels': {}}}                     | is no proxy of Waypoint
        not started  | 200 | {'metadata': {'labels': {'app.kubernetes.io/name': 'waypoint-proxy'}}, 'status': {'phase': 'Pending', 'containerStatuses': [{'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'no such image'}}}]}} | is Pending, expected Running: ErrImagePull, no such image
        """)
    void aPodThatCannotBeAskedIsNamed(String name, int code, String body, String message) {
        pod(code, body);
        assertThat(config()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString()).contains("waypoint: pod shop/edge-1 " + message);
    }

    @Test
    void theRightThatIsMissingIsNamed() {
        pod(200, "{'metadata': {'labels': {'app.kubernetes.io/name': 'waypoint-proxy'}}, 'status': " + RUNNING + "}");
        server.expect()
                .post()
                .withPath("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
                .andReturn(201, "{\"status\": {\"allowed\": false}}")
                .always();
        assertThat(config()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(err.toString()).contains("needs the verb 'create' on 'pods/portforward' in namespace shop");
    }

    @Test
    void aPageTellsWhatIsInForce() throws IOException {
        String dump = """
                {"snapshot": 3, "installed": "2026-01-01T00:00:00Z",
                 "stream": {"controller": "c:15010", "connected": true, "changed": "2026-01-01T00:00:00Z", "version": 17,
                   "refused": {"version": 18, "reason": "unknown field"}},
                 "sockets": {"0.0.0.0:10080": "in use"}, "problems": ["a filter is missing"],
                 "ir": {"listeners": [{"owner": "Gateway shop/edge", "name": "http", "port": 80, "protocol": "HTTP",
                     "hosts": [{"hostname": "*", "routes": [
                       {"rule": {"route": "HTTPRoute shop/a"}}, {"rule": {"route": "HTTPRoute shop/a"}}]}]}],
                   "backends": {"shop/cart:80": {"endpoints": [{}, {}]}}}}
                """;
        assertThat(PodConfigPage.of("shop/edge-1", new ObjectMapper().readTree(dump)))
                .isEqualTo("""
                        pod         shop/edge-1
                        version     17, snapshot 3, in force since 2026-01-01T00:00:00Z
                        controller  c:15010, connected since 2026-01-01T00:00:00Z
                        refused     version 18: unknown field
                        problem     a filter is missing
                        problem     0.0.0.0:10080 is not open: in use

                        listener    http of Gateway shop/edge, HTTP 80
                          host      *
                            HTTPRoute shop/a, 2 matches

                        backends    1
                          shop/cart:80, 2 endpoints
                        """);
    }
}
