package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.cli.TransportKind;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @EnumSource
    void everythingIsServedDuringTheDelay(TransportKind kind, @TempDir Path folder) throws Exception {
        try (RawBackend backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                LiveProxy proxy = new LiveProxy(kind, folder)) {
            proxy.gateway()
                    .service("shop", backend.port())
                    .route("shop", "- backendRefs: [{name: shop, port: 80}]")
                    .apply();
            proxy.waypoint.ready();
            Thread end = Thread.ofVirtual().start(() -> {
                try {
                    proxy.waypoint.awaitDrain(Duration.ofMillis(1500));
                    proxy.waypoint.drainAndClose(Duration.ofSeconds(5));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(proxy.waypoint.unready()).isEmpty();
            proxy.waypoint.drain();
            for (int i = 0; i < 5; i++) {
                Thread.sleep(100);
                assertThat(proxy.waypoint.unready()).contains("draining");
                try (RawClient client = new RawClient(proxy.port)) {
                    assertThat(client.send(GET).readResponse()).startsWith("HTTP/1.1 200");
                }
            }
            end.join();
            assertThatThrownBy(() -> new RawClient(proxy.port)).isInstanceOf(ConnectException.class);
        }
    }
}
