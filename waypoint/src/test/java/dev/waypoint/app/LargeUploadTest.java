package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.cli.TransportKind;
import dev.waypoint.transport.RawBackend;
import dev.waypoint.transport.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An upload that an upstream takes slowly: what was sent and not yet taken is held somewhere between, and must not grow with the
 * upload. {@code -Dwaypoint.upload.mebibytes=2048} makes it longer.
 */
class LargeUploadTest {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final long BYTES = Long.getLong("waypoint.upload.mebibytes", 256) * MEBIBYTE;

    /**
     * What the proxy holds and what the kernel does on both connections, whose receive buffers grow by themselves to 32 MiB each on
     * usual systems. Without back-pressure it would be nearly all of the body.
     */
    private static final long MAX_HELD = 96L * MEBIBYTE;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong mostHeld = new AtomicLong();

    /** Takes little until it is let go on, and pauses again and again. */
    private RawBackend.Script slowly(CountDownLatch goOn) {
        return peer -> {
            peer.readHead();
            InputStream in = peer.socket.getInputStream();
            byte[] buffer = new byte[256 * 1024];
            long pauseAt = BYTES / 8;
            while (taken.get() < BYTES) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, BYTES - taken.get()));
                if (read < 0) {
                    return;
                }
                mostHeld.accumulateAndGet(sent.get() - taken.addAndGet(read), Math::max);
                if (taken.get() > pauseAt) {
                    pauseAt += BYTES / 8;
                    pause(goOn);
                }
            }
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
    }

    private static void pause(CountDownLatch goOn) {
        try {
            goOn.await();
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlySoMuchIsHeld(TransportKind kind, @TempDir Path folder) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (RawBackend backend = new RawBackend(slowly(goOn));
                LiveProxy proxy = new LiveProxy(kind, folder)) {
            proxy.gateway()
                    .service("shop", backend.port())
                    .route("shop", "- backendRefs: [{name: shop, port: 80}]")
                    .apply();
            try (RawClient client = new RawClient(proxy.port)) {
                client.socket.setSoTimeout(0);
                Thread.ofVirtual().start(() -> send(client));
                // The first pause lasts until nothing moves any more: all buffers are full then.
                long before = -1;
                while (sent.get() == 0 || sent.get() != before) {
                    before = sent.get();
                    Thread.sleep(300);
                }
                assertThat(sent.get() - taken.get())
                        .as("held when nothing moves")
                        .isLessThan(MAX_HELD);
                goOn.countDown();
                assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("ok");
            }
            assertThat(taken).hasValue(BYTES);
            assertThat(mostHeld.get()).as("the most that was held").isLessThan(MAX_HELD);
        }
    }

    /** Sends the body as fast as the proxy takes it. */
    private void send(RawClient client) {
        try {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BYTES + "\r\n\r\n");
            OutputStream out = client.socket.getOutputStream();
            byte[] piece = new byte[256 * 1024];
            while (sent.get() < BYTES) {
                out.write(piece);
                sent.addAndGet(piece.length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
