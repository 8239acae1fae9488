package dev.waypoint.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.extproc.fault.FaultBook;
import dev.waypoint.extproc.fault.FaultReport;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.observe.TraceBook;
import dev.waypoint.plan.RoutingSnapshot;
import dev.waypoint.plan.SnapshotStore;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {

    private static final InetSocketAddress ANY = new InetSocketAddress("127.0.0.1", 0);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private View view = new View(ResourceSet.EMPTY);
    private AdminServer server = AdminServer.start(view, ANY);

    /** A proxy that was given some objects and serves nothing. */
    private static final class View implements AdminView {
        private final ResourceSet resources;
        private final RoutingSnapshot snapshot = new SnapshotStore().current();
        private final TraceBook traces = new TraceBook(InstantSource.system());
        private String notReady = "";
        private boolean draining;

        View(ResourceSet resources) {
            this.resources = resources;
        }

        @Override
        public ConfigState state() {
            return new ConfigState(
                    resources,
                    resources.findings(),
                    new Translator(catalog(), TranslatorSettings.FOR_FILES)
                            .translate(resources)
                            .statuses(),
                    snapshot,
                    Map.of(),
                    Instant.EPOCH);
        }

        @Override
        public FilterCatalog catalog() {
            return FilterCatalog.installed(finding -> {
                throw new AssertionError(finding);
            });
        }

        @Override
        public Optional<String> unready() {
            return notReady.isEmpty() ? Optional.empty() : Optional.of(notReady);
        }

        @Override
        public String metrics() {
            return "a_metric 1\n";
        }

        @Override
        public TraceBook traces() {
            return traces;
        }

        @Override
        public String version() {
            return "1 <2>";
        }

        @Override
        public void drain() {
            draining = true;
        }
    }

    @BeforeEach
    void objects() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: key}
                stringData: {password: geheim}
                data: {token: Z2VoZWlt}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r}
                spec: {rulez: []}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: g}
                spec:
                  gatewayClassName: waypoint
                  listeners: [{name: http, port: 80, protocol: HTTP}]
                """);
        server.close();
        view = new View(ResourceReader.read(new FolderSource(folder).load(), ResourceSet.EMPTY));
        server = AdminServer.start(view, ANY);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void faultsOfProcessorsAreShown() throws Exception {
        FaultBook.of("admin/test")
                .add(new FaultReport(
                        Instant.EPOCH, "admin/test", "o", "r-1", ProtocolFault.LATE_MESSAGE, "request_body", ""));
        assertThat(send("GET", "/extproc/faults?provider=admin/test").body())
                .contains("late-message")
                .contains("docs/ext-proc-rules.md#late-message");
        JsonNode json = new ObjectMapper()
                .readTree(send("GET", "/extproc/faults?format=json&provider=admin/test")
                        .body());
        assertThat(json).singleElement().satisfies(row -> {
            assertThat(row.path("received").textValue()).isEqualTo("request_body");
            assertThat(row.path("remedy").textValue()).startsWith("Stop sending");
        });
        assertThat(send("GET", "/").body()).contains("<a href=\"/extproc/faults\">");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/live",
                "/ready",
                "/metrics",
                "/config",
                "/status",
                "/findings",
                "/routes",
                "/endpoints",
                "/filters",
                "/filters?format=json",
                "/findings?format=json",
                "/extproc/faults",
                "/extproc/faults?format=json&provider=none",
                "/explain?url=http://x/"
            })
    void everyPageAnswers(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(200);
    }

    @Test
    void theConfigurationIsShownWithoutItsSecrets() throws Exception {
        String body = send("GET", "/config").body();
        JsonNode config = new ObjectMapper().readTree(body);

        assertThat(body).doesNotContain("geheim").doesNotContain("Z2VoZWlt").contains("(redacted)");
        assertThat(config.path("resources").findValuesAsText("name")).contains("key");
        assertThat(config.at("/findings/0/object").asText()).isEqualTo("HTTPRoute default/r");
        assertThat(config.at("/findings/0/path").asText()).isEqualTo("spec.rulez");
        assertThat(config.at("/findings/0/line").asInt()).isEqualTo(10);
    }

    /** Scripts compare it with what {@code kubectl get -o json} prints. */
    @Test
    void statusesAreThoseThatAControllerWrites() throws Exception {
        JsonNode gateway =
                new ObjectMapper().readTree(send("GET", "/status").body()).path("Gateway default/g");
        assertThat(gateway.path("conditions")).anySatisfy(condition -> {
            assertThat(condition.path("type").asText()).isEqualTo("Accepted");
            assertThat(condition.path("status").asText()).isEqualTo("True");
        });
        assertThat(gateway.fieldNames())
                .toIterable()
                .containsExactly("conditions", "listeners", "attachedListenerSets");
    }

    @Test
    void readinessHasAReason() throws Exception {
        view.notReady = "draining";

        assertThat(send("GET", "/ready").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/ready").body()).isEqualTo("not ready: draining\n");
        assertThat(send("GET", "/live").statusCode()).isEqualTo(200);
    }

    @Test
    void onlyAPostFromNoPageDrains() throws Exception {
        assertThat(send("GET", "/drain").statusCode()).isEqualTo(405);
        assertThat(send("POST", "/drain", "origin", "http://elsewhere").statusCode())
                .isEqualTo(403);
        assertThat(view.draining).isFalse();

        assertThat(send("POST", "/drain").statusCode()).isEqualTo(202);
        assertThat(view.draining).isTrue();
    }

    @Test
    void anExplanationNeedsAUrl() throws Exception {
        HttpResponse<String> response = send("GET", "/explain?url=nonsense");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("the URL is 'nonsense'").contains("usage:");
    }

    @Test
    void theIndexPageEscapes() throws Exception {
        assertThat(send("GET", "/").body()).contains("Version 1 &lt;2&gt;").contains("1 errors");
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        InetSocketAddress taken = new InetSocketAddress("127.0.0.1", server.port());

        assertThatThrownBy(() -> AdminServer.start(view, taken))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }
}
