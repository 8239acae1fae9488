package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.UpstreamTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of all transports share: one transport, the smallest engine behind it, and raw sockets on both sides. */
abstract class TransportContract {

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Transport transport;

    /** Makes the transport under test. */
    protected abstract Transport newTransport(int workers);

    @BeforeEach
    void start() {
        transport = newTransport(1);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        transport.close();
    }

    protected final Transport transport() {
        return transport;
    }

    /** Closes something when the test ends. */
    protected final <T extends AutoCloseable> T closing(T value) {
        opened.add(value);
        return value;
    }

    /** A backend with a script for each connection. */
    protected final RawBackend backend(RawBackend.Script script) throws IOException {
        return closing(new RawBackend(script));
    }

    /** A backend that answers every request alike. */
    protected final RawBackend answering(String response) throws IOException {
        return closing(RawBackend.answering(response));
    }

    /** An engine that forwards to the backend by cleartext HTTP/1.1. */
    protected final EchoEngine forwardTo(RawBackend backend) {
        return new EchoEngine(transport.upstream(), target(backend.port(), false));
    }

    /** A target without TLS. */
    protected static UpstreamTarget target(int port, boolean http2) {
        return new UpstreamTarget(
                BackendId.of("default", "backend", port),
                "127.0.0.1",
                port,
                http2,
                Optional.empty(),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
    }

    /** Opens a cleartext listener with safe settings. */
    protected final int listen(EchoEngine engine) {
        return listen(engine, ListenerSettingsIr.DEFAULT);
    }

    /** Opens a cleartext listener. */
    protected final int listen(EchoEngine engine, ListenerSettingsIr settings) {
        return listen(new ListenerSocket("127.0.0.1", 0, List.of(), settings, engine));
    }

    /** Opens a listener. */
    protected final int listen(ListenerSocket socket) {
        assertThat(transport.listen(List.of(socket))).isEmpty();
        return transport.boundPort(socket.bindKey());
    }

    /** A client of a listener. */
    protected final RawClient client(int port) throws IOException {
        return closing(new RawClient(port));
    }

    /** Waits until something holds, for ten seconds at most. */
    protected static void eventually(BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting after ten seconds").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
