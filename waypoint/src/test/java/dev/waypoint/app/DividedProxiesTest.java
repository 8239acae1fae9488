package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import dev.waypoint.cli.TransportKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two proxies divide a limit between them, on real sockets; one leaves on the way, and comes back. */
@Timeout(60)
class DividedProxiesTest {

    private static final double RATE = 300;
    private static final long BURST = 120;
    private static final Duration PHASE = Duration.ofMillis(1_500);
    private static final int CLIENTS = 3;

    private final ConcurrentLinkedQueue<Long> admitted = new ConcurrentLinkedQueue<>();
    private final List<Thread> load = new ArrayList<>();
    private final AtomicBoolean counting = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Server backend = Server.builder()
            .http(0)
            .service("/", (ctx, request) -> HttpResponse.of(200))
            .build();

    @TempDir
    Path folder;

    @BeforeEach
    void startBackend() {
        backend.start().join();
    }

    @AfterEach
    void stopBackend() {
        backend.stop().join();
    }

    private LiveProxy proxy(String name) throws IOException {
        LiveProxy proxy = new LiveProxy(TransportKind.netty, Files.createDirectory(folder.resolve(name)));
        proxy.gateway().service("up", backend.activeLocalPort()).route("all", """
                        - backendRefs: [{name: up, port: 80}]
                        """);
        proxy.waypoint.replicas(2);
        proxy.apply();
        return proxy;
    }

    private static void limit(LiveProxy proxy) {
        proxy.write("limits.yaml", """
                        apiVersion: waypoint.dev/v1alpha1
                        kind: RateLimitPolicy
                        metadata: {name: limits}
                        spec:
                          targetRefs: [{kind: Gateway, name: edge}]
                          limits: [{name: all, requests: %d, per: 1s, burst: %d, scope: Divided}]
                        """.formatted((long) RATE, BURST));
        proxy.apply();
    }

    /** Clients that together ask for more than all of the rate. */
    private AtomicBoolean load(LiveProxy proxy) {
        AtomicBoolean active = new AtomicBoolean(true);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port + "/"))
                .build();
        for (int i = 0; i < CLIENTS; i++) {
            load.add(Thread.ofPlatform().start(() -> {
                try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
                    while (!over.get()) {
                        if (!active.get()) {
                            Thread.sleep(1);
                            continue;
                        }
                        int status =
                                client.send(request, BodyHandlers.discarding()).statusCode();
                        if (status == 200 && counting.get()) {
                            admitted.add(System.nanoTime());
                        }
                        Thread.sleep(2);
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        return active;
    }

    @Test
    void togetherTheyAdmitTheWholeAlsoWhileTheirNumberChanges() throws Exception {
        try (LiveProxy stays = proxy("stays");
                LiveProxy leaves = proxy("leaves")) {
            AtomicBoolean first = load(stays);
            AtomicBoolean second = load(leaves);
            // Clients and proxies become warm without the limit.
            Thread.sleep(PHASE);
            limit(stays);
            limit(leaves);
            counting.set(true);
            long start = System.nanoTime();
            Thread.sleep(PHASE);
            second.set(false);
            stays.waypoint.replicas(1);
            Thread.sleep(PHASE);
            stays.waypoint.replicas(2);
            second.set(true);
            long back = System.nanoTime();
            Thread.sleep(PHASE);
            counting.set(false);
            first.set(false);
            double seconds = (System.nanoTime() - start) / 1e9;
            over.set(true);
            for (Thread thread : load) {
                thread.join();
            }
            // The one that comes back brings a full share, which is half of a burst.
            double whole = BURST + RATE * seconds;
            assertThat((double) admitted.size()).isBetween(whole * 0.95, whole * 1.05 + BURST / 2.0);
            assertNoWindowHasMore(back);
        }
    }

    /** In no stretch of time more than the rate and one burst pass, nor, where one comes back, more than its share in addition. */
    private void assertNoWindowHasMore(long back) {
        List<Long> times = admitted.stream().sorted().toList();
        for (int from = 0; from < times.size(); from += 5) {
            for (int to = from; to < times.size(); to += 5) {
                double seconds = (times.get(to) - times.get(from)) / 1e9;
                double share = times.get(from) <= back && times.get(to) >= back ? BURST / 2.0 : 0;
                assertThat((double) (to - from + 1))
                        .as("admitted within %.3f s", seconds)
                        .isLessThanOrEqualTo((BURST + RATE * (seconds + 0.1)) * 1.05 + share);
            }
        }
    }
}
