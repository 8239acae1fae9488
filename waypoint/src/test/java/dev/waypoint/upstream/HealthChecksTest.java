package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.netty.NettyTransport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class HealthChecksTest {

    private static final HealthIr SETTINGS =
            new HealthIr("/healthz", Duration.ofMillis(5), Duration.ofMillis(500), 3, 2);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    static Stream<Arguments> results() {
        return Stream.of(
                Arguments.of("well all the time", "++++", "++++"),
                Arguments.of("three failures in a row", "---", "++-"),
                Arguments.of("failures with a break", "--+--", "+++++"),
                Arguments.of("back after two successes", "---++", "++--+"),
                Arguments.of("one success is not enough", "---+-+", "++----"));
    }

    /** After the n-th result the endpoint is as the n-th sign of the expectation says. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("results")
    void thresholdsAreMet(String name, String results, String health) throws Exception {
        Endpoint endpoint = Endpoints.at(1, 0);
        Deque<Character> left = new ArrayDeque<>();
        results.chars().forEach(c -> left.add((char) c));
        StringBuilder seen = new StringBuilder();
        CompletableFuture<String> all = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        HealthChecks checks = new HealthChecks(
                SETTINGS,
                (one, settings) -> {
                    if (asked.getAndIncrement() > 0 && seen.length() < results.length()) {
                        seen.append(one.healthy() ? '+' : '-');
                    }
                    Character next = left.poll();
                    if (next == null) {
                        all.complete(seen.toString());
                    }
                    return CompletableFuture.completedFuture(next == null || next == '+');
                },
                () -> List.of(endpoint),
                () -> {},
                executor,
                () -> 0.5);
        checks.start();
        assertThat(all.get(5, TimeUnit.SECONDS)).isEqualTo(health);
        checks.close();
    }

    @Test
    void realEndpointsAreAsked() throws Exception {
        try (NettyTransport transport = new NettyTransport(1);
                RawBackend well = RawBackend.answering("HTTP/1.1 204 OK\r\n\r\n");
                RawBackend ill = RawBackend.answering("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n");
                RawBackend silent = new RawBackend(peer -> peer.read(100_000))) {
            UpstreamProbe probe =
                    new UpstreamProbe(transport.upstream(), transport.loops().getFirst());
            HealthIr settings = new HealthIr("/healthz", Duration.ofSeconds(1), Duration.ofMillis(300), 1, 1);
            assertThat(ask(probe, well.port(), settings)).isTrue();
            assertThat(ask(probe, ill.port(), settings)).isFalse();
            assertThat(ask(probe, silent.port(), settings)).isFalse();
            assertThat(well.received.getFirst())
                    .startsWith("GET /healthz HTTP/1.1\r\n")
                    .contains("host: 127.0.0.1:" + well.port() + "\r\n");
        }
    }

    private static boolean ask(UpstreamProbe probe, int port, HealthIr settings) throws Exception {
        return probe.ask(Endpoints.at(port, 0), settings).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
}
