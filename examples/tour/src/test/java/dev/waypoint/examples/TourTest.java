package dev.waypoint.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what the README's tour tells its reader to do, on ports that are free here. */
class TourTest {

    private final HttpClient client = HttpClient.newHttpClient();

    /** The quickstart with its ports replaced. */
    private record Copy(Path folder, int port) {

        static Copy of(Path temporary) throws IOException {
            Path folder = Files.createDirectory(temporary.resolve("quickstart"));
            Map<String, Integer> ports = new HashMap<>();
            for (String port : List.of("8080", "9001", "9002", "9003", "9102")) {
                try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    ports.put(port, socket.getLocalPort());
                }
            }
            try (Stream<Path> files = Files.list(Launched.ROOT.resolve("examples/quickstart"))) {
                for (Path file : files.toList()) {
                    String text = Files.readString(file);
                    for (Map.Entry<String, Integer> port : ports.entrySet()) {
                        text = text.replace(port.getKey(), port.getValue().toString());
                    }
                    for (String example : List.of("custom-filter/target", "extproc-java/target")) {
                        text = text.replace(
                                "../" + example,
                                Launched.ROOT
                                        .resolve("examples")
                                        .resolve(example)
                                        .toString());
                    }
                    Files.writeString(folder.resolve(file.getFileName().toString()), text);
                }
            }
            return new Copy(folder, ports.get("8080"));
        }
    }

    private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theQuickstartDoesWhatItsFilesSay(@TempDir Path temporary) throws Exception {
        Copy copy = Copy.of(temporary);
        try (Launched waypoint =
                Launched.start("run", copy.folder().toString(), "--admin-port", "0", "--bind", "127.0.0.1")) {
            waypoint.awaitLine(line -> line.startsWith("Change a file"));
            assertThat(waypoint.err()).doesNotContain("ERROR").doesNotContain("WARN");
            int port = copy.port();
            int admin = Integer.parseInt(
                    waypoint.awaitLine(line -> line.contains("admin")).replaceAll(".*:([0-9]+)/.*", "$1"));

            assertThat(get(port, "/").body()).startsWith("shop-v");
            assertThat(get(port, "/", "x-version", "2").body()).startsWith("shop-v2 was asked GET /");
            assertThat(get(port, "/api/users").body()).startsWith("api was asked GET /users");
            assertThat(get(port, "/tenant", "x-tenant", "gold").body()).startsWith("shop-v2");
            assertThat(get(port, "/tenant", "x-tenant", "bronze").body()).startsWith("shop-v1");
            assertThat(get(port, "/office").headers().firstValue("x-closes")).contains("24");
            assertThat(get(port, "/keys/sk-0123456789abcdef").body())
                    .startsWith("shop-v1 was asked GET /keys/[redacted]");
            limitsEachClient(port, admin);
            assertThat(get(admin, "/ready").statusCode()).isEqualTo(200);
            assertThat(get(admin, "/metrics").body())
                    .contains("waypoint_requests_total{")
                    .contains("istio_requests_total{")
                    .contains("jvm_memory_used_bytes");

            changeOneFile(copy);

            waypoint.terminate();
            assertThat(waypoint.awaitEnd()).as(waypoint.err()).isZero();
            assertThat(waypoint.out()).contains("\"GET /api/users HTTP/1.1\" 200");
        }
    }

    private void limitsEachClient(int port, int admin) throws Exception {
        for (int request = 0; request < 5; request++) {
            HttpResponse<String> served = get(port, "/limited");
            assertThat(served.statusCode()).isEqualTo(200);
            assertThat(served.headers().firstValue("ratelimit"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("\"each-client\";r="));
        }
        HttpResponse<String> refused = get(port, "/limited");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(get(admin, "/limits?policy=default/clients&keys=plain").body())
                .contains("each-client")
                .contains("127.0.0.1");
        assertThat(get(admin, "/metrics").body())
                .contains("{event=\"each-client/limited\",filter=\"rate-limits\","
                        + "owner=\"RateLimitPolicy default/clients\"} 1.0");
    }

    private void changeOneFile(Copy copy) throws Exception {
        Path routes = copy.folder().resolve("routes.yaml");
        Files.writeString(routes, Files.readString(routes).replace("value: /api}", "value: /v2/api}"));
        long start = System.nanoTime();
        while (!get(copy.port(), "/v2/api/users").body().startsWith("api was asked GET /users")) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            Thread.sleep(10);
        }
    }

    @Test
    void validateFindsTheDeliberateMistakes() throws Exception {
        try (Launched waypoint = Launched.start("validate", "examples/quickstart-mistakes")) {
            assertThat(waypoint.awaitEnd()).isEqualTo(1);
            assertThat(waypoint.out())
                    .contains("route.yaml:10: Gateway default/quickstart: spec.listeners[0].port is 80800")
                    .contains("route.yaml:23: HTTPRoute default/shop: spec.rules[0].backendRef")
                    .contains("route.yaml:34: TrafficPolicy default/slow: spec.timeouts.idle is 10")
                    .contains("route.yaml:37: HttpRoute default/other: kind is HttpRoute")
                    .contains("0 objects, 4 errors, 0 warnings");
        }
    }

    @Test
    void explainNamesWhatWouldHappen() throws Exception {
        try (Launched waypoint =
                Launched.start("explain", "examples/quickstart", "--url", "http://localhost:8080/api/users")) {
            assertThat(waypoint.awaitEnd()).as(waypoint.err()).isZero();
            assertThat(waypoint.out())
                    .contains("=> forwarded to default/api:80")
                    .contains("* HTTPRoute default/shop rule api: path under /api")
                    .contains("url-rewrite");
        }
    }

    @Test
    void explainNamesTheLimitsOfAllLevels() throws Exception {
        try (Launched waypoint =
                Launched.start("explain", "examples/quickstart", "--url", "http://localhost:8080/limited")) {
            assertThat(waypoint.awaitEnd()).as(waypoint.err()).isZero();
            assertThat(waypoint.out())
                    .contains("RateLimitPolicy default/everything all: 1000 in 1s, burst 1000, one bucket, shadow")
                    .contains("RateLimitPolicy default/clients each-client: 5 in 10s, burst 5, by address/32/64");
        }
    }

    @Test
    void theExitStatusSaysWhatWentWrong(@TempDir Path temporary) throws Exception {
        try (Launched noFolder = Launched.start("run", temporary.resolve("none").toString());
                Launched noCommand = Launched.start();
                Launched badOption = Launched.start("run", "--admin-port", "x", "examples/quickstart")) {
            assertThat(noFolder.awaitEnd()).isEqualTo(3);
            assertThat(noCommand.awaitEnd()).isEqualTo(2);
            assertThat(badOption.awaitEnd()).isEqualTo(2);
        }
    }

    /** A filter is one file, with one test beside it: nothing else of the product or of the example names it. */
    @Test
    void aFilterOfOnesOwnIsTwoFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Launched.ROOT.resolve("examples/custom-filter/src"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("OfficeHours.java", "OfficeHoursTest.java");
        }
        for (String module : List.of("ratelimit", "filters", "extproc-bridge", "waypoint")) {
            try (Stream<Path> files = Files.walk(Launched.ROOT.resolve(module + "/src"))) {
                assertThat(files.filter(Files::isRegularFile).filter(TourTest::namesTheFilter))
                        .isEmpty();
            }
        }
    }

    private static boolean namesTheFilter(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("office-hours");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
