package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.message.ConnectionEvents;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.netty.NettyTransport;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How connections to endpoints are made, shared, bounded and looked after, where only this transport does it so. */
final class NettyUpstreamTest extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String NEVER = "GET /never HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }

    private static KeepAliveIr every(long intervalMillis, long timeoutMillis) {
        return new KeepAliveIr(Duration.ofMillis(intervalMillis), Duration.ofMillis(timeoutMillis));
    }

    private static UpstreamTarget limited(UpstreamTarget plain, LimitsIr limits) {
        return new UpstreamTarget(
                plain.backend(),
                plain.host(),
                plain.port(),
                plain.http2(),
                plain.tls(),
                limits,
                plain.connectTimeout(),
                plain.idleTimeout());
    }

    private H2Backend h2(Http2Settings settings) throws Exception {
        return closing(new H2Backend(settings));
    }

    @Test
    void aSilentHttp2EndpointIsGivenUp() throws Exception {
        RawBackend backend = backend(peer -> {
            peer.write(EMPTY_SETTINGS);
            peer.socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        });
        EchoEngine engine = new EchoEngine(
                transport().upstream(), target(backend.port(), true).keptAlive(every(200, 300)));
        long start = System.nanoTime();
        assertThat(client(listen(engine)).send(GET).readResponse()).contains("x-failure: CLOSED\r\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(engine.failures.getFirst().message()).contains("gave no sign of life within 300 ms");
        eventually(() -> backend.open() == 0);
    }

    @Test
    void aSlowEndpointThatAnswersPingsIsKeptAndNotFlooded() throws Exception {
        H2Backend backend = h2(new Http2Settings());
        EchoEngine engine = new EchoEngine(
                transport().upstream(), target(backend.port(), true).keptAlive(every(100, 300)));
        RawClient client = client(listen(engine)).send(NEVER);
        eventually(() -> backend.pings.get() == 2);
        Thread.sleep(500);
        assertThat(backend.pings).hasValue(2);
        backend.answerAll();
        assertThat(client.readResponse()).contains("ok");
        assertThat(engine.failures).isEmpty();
    }

    @Test
    void aRequestAfterALongSilenceAsksForASignOfLife() throws Exception {
        H2Backend backend = h2(new Http2Settings());
        EchoEngine engine = new EchoEngine(
                transport().upstream(), target(backend.port(), true).keptAlive(every(200, 5000)));
        RawClient client = client(listen(engine));
        assertThat(client.send(GET).readResponse()).contains("ok");
        Thread.sleep(600);
        int before = backend.pings.get();
        Thread.sleep(300);
        assertThat(backend.pings).as("while idle").hasValue(before);
        assertThat(client.send(GET).readResponse()).contains("ok");
        eventually(() -> backend.pings.get() > before);
        assertThat(backend.connections).hasValue(1);
    }

    @Test
    void furtherConnectionsAreMadeWhenStreamsAreExhausted() throws Exception {
        H2Backend backend = h2(new Http2Settings().maxConcurrentStreams(2));
        int port = listen(new EchoEngine(transport().upstream(), target(backend.port(), true)));
        assertThat(client(port).send(GET).readResponse()).contains("ok");
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(client(port).send(NEVER));
        }
        eventually(() -> backend.streams.get() == 6);
        assertThat(backend.connections).hasValue(3);
        backend.answerAll();
        for (RawClient each : clients) {
            assertThat(each.readResponse()).contains("ok");
        }
    }

    @Test
    void callsBeyondConnectionsAndStreamsWaitForAStream() throws Exception {
        H2Backend backend = h2(new Http2Settings().maxConcurrentStreams(2));
        UpstreamTarget one = limited(target(backend.port(), true), new LimitsIr(1, 1024, 0, 0));
        int port = listen(new EchoEngine(transport().upstream(), one));
        assertThat(client(port).send(GET).readResponse()).contains("ok");
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(client(port).send(NEVER));
        }
        eventually(() -> backend.streams.get() == 3);
        Thread.sleep(200);
        assertThat(backend.streams).hasValue(3);
        backend.answerAll();
        eventually(() -> backend.streams.get() == 5);
        backend.answerAll();
        for (RawClient each : clients) {
            assertThat(each.readResponse()).contains("ok");
        }
        assertThat(backend.connections).hasValue(1);
    }

    @Test
    void moreRequestsThanAllowedOverflow() throws Exception {
        H2Backend backend = h2(new Http2Settings());
        UpstreamTarget two = limited(target(backend.port(), true), new LimitsIr(0, 1024, 2, 0));
        EchoEngine engine = new EchoEngine(transport().upstream(), two);
        int port = listen(engine);
        List<RawClient> fine = List.of(client(port).send(NEVER), client(port).send(NEVER));
        eventually(() -> backend.streams.get() == 2);
        assertThat(client(port).send(GET).readResponse()).contains("x-failure: OVERFLOW\r\n");
        backend.answerAll();
        for (RawClient each : fine) {
            assertThat(each.readResponse()).contains("ok");
        }
        assertThat(client(port).send(GET).readResponse()).contains("ok");
    }

    @Test
    void connectionsAreReplacedAfterSoManyRequests() throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            RawBackend first = answering(Http1Contract.OK);
            H2Backend second = h2(new Http2Settings());
            UpstreamTarget target =
                    limited(target(http2 ? second.port() : first.port(), http2), new LimitsIr(0, 1024, 0, 2));
            ListenerSocket socket = new ListenerSocket(
                    "127.0.0.1",
                    0,
                    List.of(),
                    dev.waypoint.ir.ListenerSettingsIr.DEFAULT,
                    new EchoEngine(transport().upstream(), target));
            RawClient client = client(listen(socket));
            for (int i = 0; i < 5; i++) {
                assertThat(client.send(GET).readResponse()).contains("ok");
            }
            assertThat(http2 ? second.connections.get() : first.connections()).isEqualTo(3);
        }
    }

    @Test
    void anUnusedConnectionIsClosedInTime() throws Exception {
        RawBackend backend = answering(Http1Contract.OK);
        UpstreamTarget usual = target(backend.port(), false);
        UpstreamTarget brief = new UpstreamTarget(
                usual.backend(),
                usual.host(),
                usual.port(),
                false,
                usual.tls(),
                usual.limits(),
                usual.connectTimeout(),
                Duration.ofMillis(300));
        RawClient client = client(listen(new EchoEngine(transport().upstream(), brief)));
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        assertThat(backend.open()).isEqualTo(1);
        eventually(() -> backend.open() == 0);
    }

    @Test
    void connectionsAreCounted() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        ConnectionEvents counts = new ConnectionEvents() {
            @Override
            public void opened() {
                opened.incrementAndGet();
            }

            @Override
            public void closed() {
                closed.incrementAndGet();
            }

            @Override
            public void failed() {
                failed.incrementAndGet();
            }
        };
        RawBackend backend = answering(Http1Contract.OK);
        EchoEngine engine = new EchoEngine(
                transport().upstream(), target(backend.port(), false).told(counts));
        RawClient client = client(listen(engine));
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        assertThat(client.send(GET).readResponse()).endsWith("ok");
        assertThat(opened).hasValue(1);
        assertThat(closed).hasValue(0);
        backend.close();
        eventually(() -> closed.get() == 1);
        assertThat(client.send(GET).readResponse()).contains("x-failure: CONNECT_FAILED\r\n");
        assertThat(failed).hasValue(1);
        assertThat(opened).hasValue(1);
    }
}
