package dev.waypoint.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The example processors, in every language, behind Waypoint and (if the environment variable {@code ENVOY} names the binary)
 * behind Envoy, with one and the same bootstrap: all must give what is recorded in {@code processors.txt}.
 * {@code -Dprocessors.record=java/envoy} records it anew.
 */
class ProcessorsTest {

    private static final Path RECORDED = Path.of("src/test/resources/processors.txt");

    /** One request. */
    private record Row(
            String name, Site site, String method, String path, String headers, List<String> chunks, String end) {
        static Row get(String name, Site site, String path) {
            return new Row(name, site, "GET", path, "", List.of(), "");
        }

        static Row post(String name, Site site, String headers, String... chunks) {
            return new Row(name, site, "POST", "/echo", headers, List.of(chunks), "");
        }

        Row withTrailers(String lines) {
            return new Row(name, site, method, path, headers, chunks, lines);
        }
    }

    private static final String JSON = "content-type: application/json\r\n";

    private static final List<Row> ROWS = List.of(
            new Row("headers", Site.EDIT, "GET", "/a?b=c", "x-tag: client\r\nx-internal: 1\r\n", List.of(), ""),
            Row.get("another path takes another route", Site.EDIT, "/old/a"),
            Row.get("no content", Site.EDIT, "/say/nothing"),
            Row.post("a body passes", Site.EDIT, "", "abc", "def").withTrailers("x-t: 1\r\n"),
            Row.post("keys in a request", Site.REDACT_STREAMED, "", "one sk-0123", "456789abcdef two", " three sk"),
            Row.get("keys in a response", Site.REDACT_STREAMED, "/say/keys"),
            Row.get("keys before trailers", Site.REDACT_STREAMED, "/say/keys-whole"),
            Row.post("keys in a request", Site.REDACT_DUPLEX, "", "one sk-0123", "456789abcdef two", " three sk"),
            Row.post("held back before trailers", Site.REDACT_DUPLEX, "", "one sk-0123", "4567")
                    .withTrailers("x-t: 1\r\n"),
            Row.get("keys in a response", Site.REDACT_DUPLEX, "/say/keys"),
            Row.get("keys before trailers", Site.REDACT_DUPLEX, "/say/keys-trailers"),
            Row.get("a beginning before trailers", Site.REDACT_DUPLEX, "/say/keys-held"),
            Row.get("no content", Site.REDACT_DUPLEX, "/say/nothing"),
            Row.get("nothing to validate", Site.VALIDATE, "/echo"),
            Row.post("a good order", Site.VALIDATE, JSON, "{\"name\":\"tea\",", "\"quantity\":3}"),
            Row.post("no JSON", Site.VALIDATE, JSON, "{\"name\":"),
            Row.post("two documents", Site.VALIDATE, JSON, "{} {}"),
            Row.post("an array", Site.VALIDATE, JSON, "[1,2]"),
            Row.post("two mistakes", Site.VALIDATE, JSON, "{\"name\":\"\",\"quantity\":2.5}"),
            Row.post("too many", Site.VALIDATE, JSON, "{\"name\":\"tea\",\"quantity\":1001}"),
            Row.post("a truth for a number", Site.VALIDATE, JSON, "{\"name\":\"tea\",\"quantity\":true}"),
            Row.post("plain text", Site.VALIDATE, "content-type: text/plain\r\n", "tea"),
            Row.post("no body", Site.VALIDATE, JSON),
            Row.get("events", Site.LLM, "/say/events"),
            Row.get("events with trailers", Site.LLM, "/say/events-trailers"),
            Row.get("events that are cut off", Site.LLM, "/say/bad-events"),
            Row.get("events with trailers that are cut off", Site.LLM, "/say/bad-events-trailers"),
            Row.get("no events", Site.LLM, "/say/keys"),
            Row.get("a plain answer", Site.LLM, "/echo"));

    @ParameterizedTest(name = "{0} behind {1}")
    @CsvSource({"java, waypoint", "go, waypoint", "python, waypoint", "java, envoy", "go, envoy", "python, envoy"})
    void theSameResultsEverywhere(String language, String proxy, @TempDir Path temporary) throws Exception {
        String envoy = System.getenv("ENVOY");
        assumeTrue(!proxy.equals("envoy") || envoy != null, "ENVOY does not name an Envoy binary");
        try (Launched processors = processors(language);
                PlainBackend backend = new PlainBackend()) {
            String ready = awaitProcessors(language, processors);
            Map<Site, Integer> ports = new EnumMap<>(Site.class);
            int admin = freePort();
            Path bootstrap = temporary.resolve("bootstrap.yaml");
            Files.writeString(bootstrap, bootstrap(ready, backend.port(), ports, admin));
            try (Launched launched = proxy.equals("envoy")
                    ? Launched.program(List.of(
                            envoy == null ? "" : envoy,
                            "-c",
                            bootstrap.toString(),
                            "--disable-hot-restart",
                            "--concurrency",
                            "1"))
                    : Launched.start(
                            "run",
                            "--envoy-bootstrap",
                            bootstrap.toString(),
                            "--admin-port",
                            Integer.toString(admin))) {
                for (int port : ports.values()) {
                    awaitListening(port, launched);
                }
                Map<String, String> seen = new LinkedHashMap<>();
                for (Row row : ROWS) {
                    seen.put(row.site() + ": " + row.name(), ask(ports.getOrDefault(row.site(), 0), row));
                }
                compare(seen, language + "/" + proxy);
            }
        }
    }

    private static void compare(Map<String, String> seen, String by) throws IOException {
        StringBuilder text = new StringBuilder();
        seen.forEach(
                (name, what) -> text.append("=== ").append(name).append('\n').append(what));
        if (System.getProperty("processors.record", "").equals(by)) {
            Files.createDirectories(RECORDED.getParent());
            Files.writeString(RECORDED, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(RECORDED));
    }

    private static Launched processors(String language) throws IOException {
        Path run = Launched.ROOT.resolve("examples/extproc-" + language + "/run");
        if (language.equals("go")) {
            assumeTrue(isThere("go", "version"), "there is no Go toolchain: go is not on PATH");
        } else if (language.equals("python")) {
            assumeTrue(isThere("python3", "-c", "import venv, ensurepip"), "there is no Python 3 with venv");
        }
        return Launched.program(List.of(run.toString(), "edit=0", "redact=0", "validate=0", "llm=0"));
    }

    private static boolean isThere(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A toolchain may be there, but not the network to fetch what the example needs. */
    private static String awaitProcessors(String language, Launched processors) throws InterruptedException {
        try {
            return processors.awaitLine(line -> line.startsWith("ready:"), Duration.ofMinutes(5));
        } catch (AssertionError e) {
            assumeTrue(
                    language.equals("java") || !isAboutTheNetwork(processors.err()),
                    "what the example needs cannot be fetched: " + processors.err());
            throw e;
        }
    }

    private static boolean isAboutTheNetwork(String printed) {
        return List.of("dial tcp", "No matching distribution", "Failed to establish", "Temporary failure", "timed out")
                .stream()
                .anyMatch(printed::contains);
    }

    private static String bootstrap(String ready, int backend, Map<Site, Integer> ports, int admin) throws IOException {
        Map<String, Integer> processors = new HashMap<>();
        for (String each : ready.substring("ready: ".length()).split(" ")) {
            processors.put(
                    each.substring(0, each.indexOf('=')), Integer.valueOf(each.substring(each.indexOf('=') + 1)));
        }
        StringBuilder text = new StringBuilder("admin: {address: {socket_address: {address: 127.0.0.1, port_value: "
                + admin + "}}}\nstatic_resources:\n  listeners:\n");
        for (Site site : Site.values()) {
            int port = freePort();
            ports.put(site, port);
            text.append(site.listener(port).indent(4));
        }
        text.append("  clusters:\n");
        text.append(Site.cluster("backend", backend, "http_protocol_options: {enable_trailers: true}")
                .indent(4));
        for (Map.Entry<String, Integer> processor : processors.entrySet()) {
            text.append(Site.cluster(processor.getKey(), processor.getValue(), "http2_protocol_options: {}")
                    .indent(4));
        }
        return text.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(int port, Launched proxy) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("nobody listens on " + port + "; printed:\n" + proxy.out() + "\n" + proxy.err());
    }

    private static String ask(int port, Row row) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            boolean body = !row.chunks().isEmpty();
            PlainBackend.write(
                    out,
                    row.method() + " " + row.path() + " HTTP/1.1\r\nhost: shop.example\r\nte: trailers\r\n"
                            + row.headers()
                            + (body
                                    ? "transfer-encoding: chunked\r\n"
                                    : row.method().equals("POST") ? "content-length: 0\r\n" : "")
                            + "\r\n");
            for (String chunk : row.chunks()) {
                PlainBackend.pause();
                PlainBackend.write(out, Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
            }
            if (body) {
                PlainBackend.pause();
                PlainBackend.write(out, "0\r\n" + row.end() + "\r\n");
            }
            PlainMessage answer = read(row, socket);
            return answer.start().split(" ")[1] + "\n" + answer.text();
        }
    }

    private static PlainMessage read(Row row, Socket socket) throws IOException {
        try {
            return PlainMessage.read(new BufferedInputStream(socket.getInputStream()), false);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(row.site() + ": " + row.name() + " is not answered", e);
        }
    }
}
