package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.message.UpstreamFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Bodies, failures, upgrades and the end of connections, over HTTP/1. */
abstract class StreamsContract extends TransportContract {

    private static final String OK = Http1Contract.OK;
    private static final int MEGABYTE = 1 << 20;

    @Test
    void aClientThatDoesNotReadStopsTheBackend() throws Exception {
        AtomicLong written = new AtomicLong();
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: " + 256L * MEGABYTE + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < 256 * 16; i++) {
                peer.write(piece);
                written.addAndGet(piece.length);
            }
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
        long before = settled(written);
        assertThat(before).isLessThan(64L * MEGABYTE);
        client.read(128 * MEGABYTE);
        client.read(128 * MEGABYTE);
        assertThat(written.get()).isEqualTo(256L * MEGABYTE);
    }

    @Test
    void aBackendThatDoesNotReadStopsTheClient() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        RawBackend backend = backend(peer -> {
            peer.readHead();
            await(go);
            peer.read(256 * MEGABYTE);
            peer.write(OK);
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + 256L * MEGABYTE + "\r\n\r\n");
        AtomicLong written = new AtomicLong();
        Thread.ofVirtual().start(() -> {
            try {
                byte[] piece = new byte[64 * 1024];
                for (int i = 0; i < 256 * 16; i++) {
                    client.socket.getOutputStream().write(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(settled(written)).isLessThan(64L * MEGABYTE);
        go.countDown();
        assertThat(client.readResponse()).endsWith("ok");
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestArrives() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 413 No\r\ncontent-length: 2\r\n\r\nno");
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nonly this");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 413 ").endsWith("no");
    }

    @Test
    void aClientThatLeavesEndsTheUpstreamCallAtOnce() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        RawBackend backend = backend(peer -> {
            peer.readHead();
            try {
                peer.read(1);
            } catch (IOException reset) {
                // As good as an end.
            }
            ended.countDown();
        });
        EchoEngine engine = forwardTo(backend);
        RawClient client = client(listen(engine));
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        until(() -> !backend.received.isEmpty());
        client.close();
        assertThat(ended.await(800, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(engine.resets).hasSize(1);
    }

    @Test
    void aTruncatedAnswerIsSeenAsSuch() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
        });
        EchoEngine engine = forwardTo(backend);
        RawClient client = client(listen(engine));
        String answer = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll();
        assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("0\r\n\r\n");
        assertThat(engine.failures)
                .singleElement()
                .satisfies(f -> assertThat(f.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void refusedConnectionsAndBrokenAnswersAreToldApart() throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }
        EchoEngine engine = new EchoEngine(transport().upstream(), target(unused, false));
        RawClient client = client(listen(engine));
        String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(client.send(request).readResponse()).contains("x-failure: CONNECT_FAILED\r\n");
        engine.target(
                target(answering("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n").port(), false));
        assertThat(client.send(request).readResponse()).startsWith("HTTP/1.1 502 ");
        engine.target(target(backend(peer -> peer.readHead()).port(), false));
        assertThat(client.send(request).readResponse()).contains("x-failure: CLOSED\r\n");
    }

    @Test
    void anIdleConnectionThatTheBackendClosedIsNotUsed() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write(OK);
        });
        RawClient client = client(listen(forwardTo(backend)));
        String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(client.send(request).readResponse()).endsWith("ok");
        until(() -> backend.open() == 0);
        Thread.sleep(100);
        assertThat(client.send(request).readResponse()).endsWith("ok");
    }

    @Test
    void upgradesPassBytesBothWays() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                    + "sec-websocket-accept: abc\r\n\r\nfirst");
            String text = new String(peer.read(5), StandardCharsets.ISO_8859_1);
            peer.write(text.toUpperCase(java.util.Locale.ROOT));
        });
        RawClient client = client(listen(forwardTo(backend)));
        client.send("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 13\r\n\r\n");
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 101 ")
                .contains("upgrade: websocket\r\n")
                .contains("sec-websocket-accept: abc\r\n");
        assertThat(client.read(5)).isEqualTo("first");
        assertThat(client.send("hello").readAll()).isEqualTo("HELLO");
        assertThat(backend.received.getFirst())
                .startsWith("GET /chat HTTP/1.1\r\n")
                .contains("upgrade: websocket\r\n")
                .contains("sec-websocket-key: abc\r\n");
    }

    @Test
    void aRefusedUpgradeKeepsItsBody() throws Exception {
        RawBackend backend = answering("HTTP/1.1 403 No\r\ncontent-length: 4\r\n\r\nsad\n");
        RawClient client = client(listen(forwardTo(backend)));
        String answer = client.send(
                        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                .readResponse();
        assertThat(answer).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nsad\n");
    }

    @Test
    void drainFinishesWhatRunsAndTakesNothingNew() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        RawBackend backend = backend(peer -> {
            while (!peer.readHead().isEmpty()) {
                await(go);
                peer.write(OK);
            }
        });
        int port = listen(forwardTo(backend));
        RawClient busy = client(port);
        RawClient idle = client(port);
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        until(() -> !backend.received.isEmpty() && transport().connections() == 2);
        var drained = transport().drain(Duration.ofSeconds(5)).toCompletableFuture();
        assertThat(idle.readAll()).isEmpty();
        assertThat(drained).isNotDone();
        go.countDown();
        assertThat(busy.readAll()).contains("connection: close\r\n").endsWith("ok");
        drained.get(3, TimeUnit.SECONDS);
        assertThat(transport().connections()).isZero();
        assertThat(refuses(port)).isTrue();
    }

    /** A client that keeps its connection never meets a closed one: it is told by an answer, and what rests is left alone. */
    @Test
    void whoeverLeavesSaysSoWithTheNextAnswer() throws Exception {
        RawBackend backend = backend(peer -> {
            while (!peer.readHead().isEmpty()) {
                peer.write(OK);
            }
        });
        int port = listen(forwardTo(backend));
        RawClient kept = client(port);
        RawClient idle = client(port);
        String get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(kept.send(get).readResponse()).doesNotContain("connection: close");
        assertThat(idle.send(get).readResponse()).endsWith("ok");
        transport().leave();
        Thread.sleep(100);

        assertThat(transport().connections()).isEqualTo(2);
        assertThat(kept.send(get).readAll()).contains("connection: close\r\n").endsWith("ok");
        RawClient late = client(port);
        assertThat(late.send(get).readResponse()).as("still served").endsWith("ok");

        transport().drain(Duration.ofSeconds(5)).toCompletableFuture().get(3, TimeUnit.SECONDS);
        assertThat(idle.readAll()).isEmpty();
    }

    private static boolean refuses(int port) {
        try (RawClient late = new RawClient(port)) {
            return late.readAll().isEmpty();
        } catch (IOException refused) {
            return true;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** The value once it has not changed for a while. */
    private static long settled(AtomicLong value) throws InterruptedException {
        long last = -1;
        while (value.get() != last || last == 0) {
            last = value.get();
            Thread.sleep(300);
        }
        return last;
    }
}
