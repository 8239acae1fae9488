package dev.waypoint.app;

import static dev.waypoint.control.stream.TestController.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.waypoint.cli.WaypointCommand;
import dev.waypoint.control.stream.Configs;
import dev.waypoint.control.stream.TestController;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a pod runs it, against a controller's end with real TLS and tokens. */
class ProxyProgramTest {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Pod> pods = new ArrayList<>();
    private HttpServer backend;
    private TestController controller;
    private int listener;

    @TempDir
    Path folder;

    @BeforeEach
    void begin() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            byte[] body = String.valueOf(exchange.getRequestHeaders().getFirst("x-route"))
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        backend.start();
        controller = TestController.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener = free.getLocalPort();
        }
        Files.writeString(folder.resolve("token"), "shop-token");
        Files.writeString(folder.resolve("ca.crt"), controller.authorities());
    }

    @AfterEach
    void end() throws Exception {
        for (Pod pod : pods) {
            pod.stop();
        }
        controller.close();
        backend.stop(0);
    }

    private Configs configs() {
        return new Configs(5).listener(listener).backend(backend.getAddress().getPort());
    }

    /** The running command. */
    private final class Pod {
        private final StringWriter printed = new StringWriter();
        private final CompletableFuture<Integer> exit;

        Pod() {
            PrintWriter out = new PrintWriter(printed, true);
            exit = CompletableFuture.supplyAsync(
                    () -> WaypointCommand.execute(
                            new Commands(out, out),
                            out,
                            out,
                            "proxy",
                            "--controller=localhost:" + controller.port(),
                            "--namespace=shop",
                            "--name=edge",
                            "--token-file=" + folder.resolve("token"),
                            "--authorities-file=" + folder.resolve("ca.crt"),
                            "--state-folder=" + folder.resolve("state"),
                            "--admin-port=0",
                            "--health-port=0",
                            "--metrics-port=0",
                            "--probe-bind=127.0.0.1",
                            "--bind=127.0.0.1",
                            "--workers=1",
                            "--drain=2",
                            "--drain-delay=1"),
                    task -> Thread.ofPlatform().daemon().start(task));
            await("started", () -> printed.toString().contains("/stats/prometheus") || exit.isDone());
            pods.add(this);
        }

        private int port(String page) {
            Matcher matcher = Pattern.compile(page + " +http://[^:]+:([0-9]+)/").matcher(printed.toString());
            assertThat(matcher.find()).as(printed.toString()).isTrue();
            return Integer.parseInt(matcher.group(1));
        }

        HttpResponse<String> health() {
            return get(port("health"), "/healthz/ready");
        }

        HttpResponse<String> admin(String path) {
            return get(port("admin"), path);
        }

        boolean isReady() {
            return health().statusCode() == 200;
        }

        int stop() throws Exception {
            if (!exit.isDone()) {
                http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("admin") + "/drain"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
            return exit.get(20, TimeUnit.SECONDS);
        }
    }

    private HttpResponse<String> get(int port, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    @Test
    void itIsReadyWithItsFirstConfigurationAndServesWithoutItsController() throws Exception {
        Pod pod = new Pod();
        assertThat(pod.health().statusCode()).isEqualTo(503);
        assertThat(pod.health().body()).contains("no configuration yet");
        assertThat(get(pod.port("health"), "/healthz/live").statusCode()).isEqualTo(200);
        assertThat(get(pod.port("health"), "/stats/prometheus").statusCode()).isEqualTo(404);

        controller.publish(SHOP, 1, configs().header("one").ir());
        await("ready", pod::isReady);
        assertThat(get(listener, "/p00003").body()).isEqualTo("one");
        assertThat(get(pod.port("metrics"), "/stats/prometheus").body())
                .contains("waypoint_config_stream_connected 1", "waypoint_config_stream_version 1");

        controller.publish(SHOP, 2, configs().header("two").ir());
        await("changed", () -> get(listener, "/p00003").body().equals("two"));

        controller.close();
        await(
                "knows",
                () -> get(pod.port("metrics"), "/stats/prometheus")
                        .body()
                        .contains("waypoint_config_stream_connected 0"));
        assertThat(get(listener, "/p00003").body()).isEqualTo("two");
        assertThat(pod.isReady()).isTrue();
        assertThat(pod.admin("/config").body())
                .contains("\"stream\"", "\"connected\" : false", "\"origin\" : \"CONTROLLER\"");

        assertThat(pod.stop()).isZero();
        Pod again = new Pod();
        await("ready again", again::isReady);
        assertThat(get(listener, "/p00003").body()).isEqualTo("two");
        assertThat(again.admin("/config").body()).contains("KEPT");
    }

    @Test
    void beforeADrainItIsNotReadyButServes() throws Exception {
        Pod pod = new Pod();
        controller.publish(SHOP, 1, configs().ir());
        await("ready", pod::isReady);

        CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(() -> {
            try {
                return pod.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await("not ready", () -> !pod.isReady());
        assertThat(get(listener, "/p00003").statusCode()).isEqualTo(200);
        assertThat(stopped.get(20, TimeUnit.SECONDS)).isZero();
    }
}
