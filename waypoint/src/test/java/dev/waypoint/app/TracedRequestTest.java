package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import dev.waypoint.cli.TransportKind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One marked request through the whole product: its trace names each filter, and each message to and from the processor. */
class TracedRequestTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private String send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static HttpRequest.Builder at(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    @Test
    void aTraceTellsTheTimeOfEachMessage() throws Exception {
        Server upstream = Server.builder()
                .http(0)
                .serviceUnder(
                        "/",
                        (context, request) ->
                                HttpResponse.of(request.aggregate().thenApply(body -> HttpResponse.of("ok"))))
                .build();
        upstream.start().join();
        try (FaultyProcessor processor = new FaultyProcessor(false);
                LiveProxy proxy = new LiveProxy(TransportKind.netty, folder)) {
            configure(proxy, upstream.activeLocalPort(), processor.port());
            int admin = proxy.waypoint.startAdmin();

            JsonNode given =
                    JSON.readTree(send(at(admin, "/traces?format=json").POST(HttpRequest.BodyPublishers.noBody())));
            String mark = given.path("mark").asText();
            send(at(proxy.port, "/pay"));
            send(at(proxy.port, "/pay")
                    .header(given.path("header").asText(), mark)
                    .POST(HttpRequest.BodyPublishers.ofString("hello")));

            JsonNode traces = JSON.readTree(send(at(admin, "/traces?format=json&mark=" + mark)));
            assertThat(traces).hasSize(1);
            assertThat(traces.path(0).path("outcome").path("status").asInt()).isEqualTo(200);
            String text =
                    send(at(admin, "/explain?trace=" + traces.path(0).path("id").asInt()));
            assertThat(text)
                    .contains("POST 127.0.0.1:" + proxy.port + "/pay")
                    .containsPattern("ext-proc: default/redactor ──▶ request_headers, [0-9]+ bytes")
                    .containsPattern("ext-proc: default/redactor ◀── request_headers, [0-9]+ bytes, after [0-9.]+ ms")
                    .containsPattern("◀── request_body, [0-9]+ bytes, after [0-9.]+ ms")
                    .containsPattern("◀── response_headers, [0-9]+ bytes, after [0-9.]+ ms")
                    .containsPattern(
                            "ext-proc from ExtProcPolicy default/redact: lets the request pass, took [0-9.]+ ms")
                    .containsPattern("header-modifier from HTTPRoute default/shop: passes, took [0-9.]+ ms")
                    .containsPattern("upstream: answers, took [0-9.]+ ms")
                    .contains("client: is sent 200");
            assertThat(send(at(admin, "/explain?url=http://127.0.0.1:" + proxy.port + "/pay")))
                    .contains("last traced request of this rule")
                    .contains("──▶ request_headers");
            assertThat(send(at(admin, "/traces"))).contains("POST 127.0.0.1");
        } finally {
            upstream.stop().join();
        }
    }

    private static void configure(LiveProxy proxy, int upstream, int processor) {
        proxy.gateway().service("upstream", upstream).service("processor", processor);
        proxy.route("shop", """
                - filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-a, value: "1"}]}}]
                  backendRefs: [{name: upstream, port: 80}]
                """);
        proxy.write("processor.yaml", """
                apiVersion: waypoint.dev/v1alpha1
                kind: ExtProcProvider
                metadata: {name: redactor}
                spec: {backendRef: {name: processor, port: 80}, messageTimeout: 10s}
                ---
                apiVersion: waypoint.dev/v1alpha1
                kind: ExtProcPolicy
                metadata: {name: redact}
                spec:
                  targetRefs: [{kind: Gateway, name: edge}]
                  providerRef: {name: redactor}
                  processing: {request: {body: Streamed}, response: {headers: Send}}
                """);
        assertThat(proxy.apply().findings()).isEmpty();
    }
}
