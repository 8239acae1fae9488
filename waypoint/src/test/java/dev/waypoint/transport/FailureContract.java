package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What happens when one of the two sides fails, stalls or goes too far. */
abstract class FailureContract extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static ListenerSettingsIr settings(int maxHeaderBytes, Duration idle, Duration header) {
        return new ListenerSettingsIr(
                0, false, maxHeaderBytes, 100, idle, header, ListenerSettingsIr.DEFAULT.forwarding());
    }

    @Test
    void aRefusedConnectionIsTold() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        EchoEngine engine = new EchoEngine(transport().upstream(), target(port, false));
        assertThat(client(listen(engine)).send(GET).readResponse())
                .startsWith("HTTP/1.1 503 ")
                .contains("x-failure: CONNECT_FAILED");
    }

    @Test
    void anUnknownHostIsTold() throws Exception {
        UpstreamTarget nowhere = new UpstreamTarget(
                BackendId.of("default", "backend", 80),
                "no-such-host.invalid",
                80,
                false,
                Optional.empty(),
                LimitsIr.DEFAULT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60));
        EchoEngine engine = new EchoEngine(transport().upstream(), nowhere);
        assertThat(client(listen(engine)).send(GET).readResponse()).startsWith("HTTP/1.1 503 ");
        assertThat(engine.failures.getFirst().kind()).isIn(Kind.CONNECT_FAILED, Kind.CONNECT_TIMEOUT);
    }

    @Test
    void anEndBeforeTheAnswerIsTold() throws Exception {
        EchoEngine engine = forwardTo(backend(peer -> peer.readRequest()));
        assertThat(client(listen(engine)).send(GET).readResponse())
                .startsWith("HTTP/1.1 502 ")
                .contains("x-failure: CLOSED");
    }

    @Test
    void aPooledConnectionThatEndsIsStale() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write(Http1Contract.OK);
            peer.readRequest();
        });
        EchoEngine engine = forwardTo(backend);
        RawClient client = client(listen(engine));
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        assertThat(client.send(GET).readResponse()).contains("x-failure: STALE");
    }

    @Test
    void aBrokenAnswerIsTold() throws Exception {
        EchoEngine engine = forwardTo(answering(
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
        assertThat(client(listen(engine)).send(GET).readResponse()).contains("x-failure: PROTOCOL");
    }

    @Test
    void aCutAnswerDoesNotLookWhole() throws Exception {
        EchoEngine engine = forwardTo(backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
        }));
        assertThat(client(listen(engine)).send(GET).readAll()).doesNotEndWith("0\r\n\r\n");
        assertThat(engine.failures.getFirst().kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void aClientThatGoesAwayEndsTheUpstreamCall() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            if (peer.readHead().isEmpty()) {
                ended.countDown();
            }
        });
        EchoEngine engine = forwardTo(backend);
        RawClient client = client(listen(engine)).send(GET);
        eventually(() -> backend.received.size() == 1);
        client.close();
        assertThat(ended.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void moreConnectionsThanAllowedWaitTheirTurn() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        UpstreamTarget one = new UpstreamTarget(
                BackendId.of("default", "one", 80),
                "127.0.0.1",
                backend.port(),
                false,
                Optional.empty(),
                new LimitsIr(1, 1024, 0, 0),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
        int port = listen(new EchoEngine(transport().upstream(), one));
        List<RawClient> clients = List.of(client(port), client(port), client(port), client(port));
        for (RawClient each : clients) {
            each.send(GET);
        }
        for (RawClient each : clients) {
            assertThat(each.readResponse()).endsWith("ok");
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void moreWaitingRequestsThanAllowedOverflow() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        RawBackend backend = backend(peer -> {
            while (peer.readRequest()) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                peer.write(Http1Contract.OK);
            }
        });
        UpstreamTarget narrow = new UpstreamTarget(
                BackendId.of("default", "narrow", 80),
                "127.0.0.1",
                backend.port(),
                false,
                Optional.empty(),
                new LimitsIr(1, 1, 0, 0),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60));
        EchoEngine engine = new EchoEngine(transport().upstream(), narrow);
        int port = listen(engine);
        RawClient first = client(port).send(GET);
        eventually(() -> backend.received.size() == 1);
        RawClient second = client(port).send(GET);
        eventually(() -> engine.heads.size() == 2);
        assertThat(client(port).send(GET).readResponse()).contains("x-failure: OVERFLOW");
        go.countDown();
        assertThat(first.readResponse()).endsWith("ok");
        assertThat(second.readResponse()).endsWith("ok");
    }

    @Test
    void headsAreBounded() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        EchoEngine engine = forwardTo(backend);
        int port = listen(engine, settings(65_536, Duration.ofSeconds(60), Duration.ofSeconds(10)));
        String nearly = "x-large: " + "a".repeat(60_000) + "\r\n";
        assertThat(client(port)
                        .send("GET / HTTP/1.1\r\nHost: a\r\n" + nearly + "\r\n")
                        .readResponse())
                .startsWith("HTTP/1.1 200 ");
        assertThat(client(port)
                        .send("GET / HTTP/1.1\r\nHost: a\r\n" + nearly + nearly + "\r\n")
                        .readAll())
                .startsWith("HTTP/1.1 431 ");
        assertThat(client(port)
                        .send("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
                        .readAll())
                .startsWith("HTTP/1.1 414 ");
    }

    @Test
    void aHeadThatDoesNotEndIsNotWaitedForLong() throws Exception {
        int port = listen(
                forwardTo(answering(Http1Contract.OK)),
                settings(65_536, Duration.ofSeconds(60), Duration.ofMillis(400)));
        String answer =
                client(port).send("GET / HTTP/1.1\r\nHost: a\r\nx-slow: ").readAll();
        assertThat(answer).matches("(?s)|HTTP/1.1 408 .*");
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        int port = listen(
                forwardTo(answering(Http1Contract.OK)),
                settings(65_536, Duration.ofMillis(400), Duration.ofSeconds(10)));
        RawClient client = client(port);
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        assertThat(client.readAll()).isEmpty();
    }

    @Test
    void aSlowReaderSlowsTheUpstream() throws Exception {
        int size = 64 * 1024 * 1024;
        java.util.concurrent.atomic.AtomicLong written = new java.util.concurrent.atomic.AtomicLong();
        EchoEngine engine = forwardTo(backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < size / piece.length; i++) {
                peer.write(piece);
                written.addAndGet(piece.length);
            }
        }));
        RawClient client = client(listen(engine)).send(GET);
        client.readHead();
        long before;
        do {
            before = written.get();
            Thread.sleep(300);
        } while (written.get() != before);
        assertThat(before).isLessThan(32 * 1024 * 1024);
        assertThat(client.read(size)).hasSize(size);
    }

    @Test
    void drainingLetsARunningExchangeEnd() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        EchoEngine engine = forwardTo(backend(peer -> {
            peer.readRequest();
            try {
                go.await();
            } catch (InterruptedException e) {
                return;
            }
            peer.write(Http1Contract.OK);
        }));
        int port = listen(engine);
        RawClient idle = client(port);
        RawClient busy = client(port).send(GET);
        eventually(() -> engine.heads.size() == 1);
        var drained = transport().drain(Duration.ofSeconds(10)).toCompletableFuture();
        assertThat(idle.readAll()).isEmpty();
        assertThat(drained).isNotDone();
        go.countDown();
        assertThat(busy.readResponse()).contains("connection: close").endsWith("ok");
        drained.get(10, java.util.concurrent.TimeUnit.SECONDS);
        assertThat(transport().connections()).isZero();
    }

    @Test
    void listenersComeAndGo() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        EchoEngine engine = forwardTo(backend);
        int port = listen(engine);
        RawClient client = client(port);
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        EchoEngine other = forwardTo(answering("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"));
        listen(other);
        assertThat(client.send(GET).readResponse()).startsWith("HTTP/1.1 201 ");
        assertThat(transport().listen(List.of())).isEmpty();
        assertThat(client.readAll()).isEmpty();
    }
}
