package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.server.Server;
import dev.waypoint.cli.TransportKind;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processors in one chain, attached by policies of several levels. */
class ProcessorChainTest {

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** Adds its name to a header and to each body; answers requests that ask it to. */
    private ProcessorServer processor(String name) throws Exception {
        ProcessorService service = new ProcessorService(exchange -> new ProcessorSession() {
            @Override
            public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
                seen.add(name + " request");
                if (headers.first(":path").orElse("").equals("/answer-" + name)) {
                    return ImmediateAnswer.of(403, "no");
                }
                return HeadersAnswer.proceed(HeaderChanges.none().add("x-path", name));
            }

            @Override
            public BodyAnswer onRequestBody(ByteString data, boolean end) {
                return data.isEmpty()
                        ? BodyAnswer.unchanged()
                        : BodyAnswer.replaced(data.concat(ByteString.copyFromUtf8(name)));
            }

            @Override
            public HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
                seen.add(name + " response " + headers.first(":status").orElse(""));
                return HeadersAnswer.proceed(HeaderChanges.none().add("x-back", name));
            }
        });
        return ProcessorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service);
    }

    private static String policy(String name, int priority, String rest) {
        return """
                ---
                apiVersion: waypoint.dev/v1alpha1
                kind: ExtProcProvider
                metadata: {name: %1$s}
                spec: {backendRef: {name: %1$s, port: 80}, messageTimeout: 10s}
                ---
                apiVersion: waypoint.dev/v1alpha1
                kind: ExtProcPolicy
                metadata: {name: %1$s}
                spec:
                  targetRefs: [{kind: Gateway, name: edge}]
                  providerRef: {name: %1$s}
                  priority: %2$d
                  processing: {request: {body: Streamed}, response: {headers: Send}}
                  %3$s
                """.formatted(name, priority, rest);
    }

    private HttpResponse<String> ask(int port, String path) throws Exception {
        seen.clear();
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofString("body-"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void bothSeeEverythingInTheirOrder() throws Exception {
        Server upstream = Server.builder()
                .http(0)
                .serviceUnder(
                        "/",
                        (context, request) -> com.linecorp.armeria.common.HttpResponse.of(request.aggregate()
                                .thenApply(all -> com.linecorp.armeria.common.HttpResponse.of(
                                        all.headers().getAll("x-path") + " " + all.contentUtf8()))))
                .build();
        upstream.start().join();
        try (ProcessorServer one = processor("one");
                ProcessorServer two = processor("two");
                LiveProxy proxy = new LiveProxy(TransportKind.netty, folder)) {
            proxy.gateway().service("upstream", upstream.activeLocalPort());
            proxy.service("one", one.port()).service("two", two.port());
            proxy.route("shop", """
                    - {name: all, backendRefs: [{name: upstream, port: 80}]}
                    - {name: raw, matches: [{path: {value: /raw}}], backendRefs: [{name: upstream, port: 80}]}
                    """);
            proxy.write("policies.yaml", policy("one", 2, "") + policy("two", 1, "when: [{methods: [POST]}]") + """
                    ---
                    apiVersion: waypoint.dev/v1alpha1
                    kind: ExtProcPolicy
                    metadata: {name: off}
                    spec: {targetRefs: [{kind: HTTPRoute, name: shop, sectionName: raw}], providerRef: {name: one}, disabled: true}
                    """);
            assertThat(proxy.apply().findings()).isEmpty();

            HttpResponse<String> both = ask(proxy.port, "/");
            assertThat(both.body()).isEqualTo("[one, two] body-onetwo");
            assertThat(both.headers().allValues("x-back")).containsExactly("two", "one");

            assertThat(ask(proxy.port, "/raw").body()).isEqualTo("[two] body-two");

            // As in Envoy, the answer of each is shown to the other as a response.
            assertThat(ask(proxy.port, "/answer-two").statusCode()).isEqualTo(403);
            assertThat(seen).containsExactly("one request", "two request", "one response 403");
            assertThat(ask(proxy.port, "/answer-one").statusCode()).isEqualTo(403);
            assertThat(seen).containsExactly("one request", "two response 403");
        } finally {
            upstream.stop().join();
        }
    }
}
