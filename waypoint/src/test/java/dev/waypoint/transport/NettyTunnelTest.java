package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.Tunnel;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.netty.NettyTransport;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Connections to endpoints that lead through the streams of another HTTP/2 server. */
final class NettyTunnelTest extends TransportContract {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }

    private static InputStream file(String name) {
        return NettyTunnelTest.class.getResourceAsStream("tls/" + name);
    }

    private static Verified shop() throws Exception {
        try (InputStream in = file("ca.pem")) {
            String authorities = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Verified("shop.example", Optional.of(authorities), List.of(), Optional.empty(), true);
        }
    }

    private static SslContext server() throws Exception {
        try (InputStream chain = file("shop.pem");
                InputStream key = file("shop.key")) {
            return SslContextBuilder.forServer(chain, key)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            "h2"))
                    .build();
        }
    }

    private H2Backend tunnels(Optional<SslContext> tls, Http2Settings settings) throws Exception {
        return closing(new H2Backend(settings, tls, Optional.of(ConnectStream::new)));
    }

    private static Tunnel through(H2Backend server, Optional<Verified> tls, int port) {
        return new Tunnel("127.0.0.1", server.port(), tls, "127.0.0.1:" + port);
    }

    @Test
    void requestsPassThroughATunnelAsThroughASocket() throws Exception {
        H2Backend server = tunnels(Optional.of(server()), new Http2Settings());
        RawBackend first = answering(Http1Contract.OK);
        H2Backend second = closing(new H2Backend(new Http2Settings()));
        TlsBackend third = closing(new TlsBackend(new String[] {"http/1.1"}, "TLSv1.3"));
        record Row(String name, int port, boolean http2, Optional<Verified> tls) {}
        for (Row row : List.of(
                new Row("HTTP/1.1", first.port(), false, Optional.empty()),
                new Row("HTTP/2", second.port(), true, Optional.empty()),
                new Row("TLS with ALPN inside", third.port(), true, Optional.of(shop())))) {
            UpstreamTarget target = new UpstreamTarget(
                            BackendId.of("default", "inner", row.port()),
                            "192.0.2.1",
                            row.port(),
                            row.http2(),
                            row.tls(),
                            LimitsIr.DEFAULT,
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(60))
                    .through(through(server, Optional.of(shop()), row.port()));
            RawClient client = client(listen(new EchoEngine(transport().upstream(), target)));
            assertThat(client.send(GET).readResponse()).as(row.name()).contains("ok");
            assertThat(client.send(GET).readResponse()).as(row.name()).contains("ok");
        }
        assertThat(first.connections()).as("a tunnel is kept like a socket").isEqualTo(1);
        assertThat(second.connections).hasValue(1);
        assertThat(server.connections).as("all tunnels share a connection").hasValue(1);
    }

    @Test
    void manyTunnelsShareAConnectionAsFarAsItsStreamsGo() throws Exception {
        H2Backend server = tunnels(Optional.empty(), new Http2Settings().maxConcurrentStreams(2));
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhal");
            peer.readRequest();
        });
        Tunnel tunnel = through(server, Optional.empty(), backend.port());
        int port = listen(new EchoEngine(
                transport().upstream(), target(backend.port(), false).through(tunnel)));
        List<RawClient> first = IntStream.range(0, 1).mapToObj(i -> send(port)).toList();
        eventually(() -> backend.connections() == 1);
        List<RawClient> more = IntStream.range(0, 4).mapToObj(i -> send(port)).toList();
        eventually(() -> backend.connections() == 5);
        assertThat(server.connections.get()).isBetween(3, 4);
        assertThat(first.size() + more.size()).isEqualTo(5);
    }

    private RawClient send(int port) {
        try {
            return client(port).send(GET);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTunnelThatIsRefusedIsAFailedConnection() throws Exception {
        H2Backend server = tunnels(Optional.empty(), new Http2Settings());
        Tunnel tunnel = new Tunnel("127.0.0.1", server.port(), Optional.empty(), "127.0.0.1:1");
        EchoEngine engine =
                new EchoEngine(transport().upstream(), target(1, false).through(tunnel));
        assertThat(client(listen(engine)).send(GET).readResponse()).contains("x-failure: CONNECT_FAILED\r\n");
        assertThat(engine.failures.getFirst().message()).isEqualTo("no tunnel to 127.0.0.1:1: the server answered 503");
    }

    @Test
    void aTunnelServerThatIsNotThereIsAFailedConnection() throws Exception {
        Tunnel tunnel = new Tunnel("127.0.0.1", 1, Optional.empty(), "127.0.0.1:1");
        EchoEngine engine =
                new EchoEngine(transport().upstream(), target(1, false).through(tunnel));
        assertThat(client(listen(engine)).send(GET).readResponse()).contains("x-failure: CONNECT_FAILED\r\n");
        assertThat(engine.failures.getFirst().message()).startsWith("no tunnel: ");
    }

    @Test
    void aSilentTunnelServerEndsItsTunnels() throws Exception {
        RawBackend silent = backend(peer -> {
            peer.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            // The answer 200 to CONNECT on the first stream, by HPACK's static table; then nothing.
            peer.write(new byte[] {0, 0, 1, 1, 4, 0, 0, 0, 3, (byte) 0x88});
            peer.socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        });
        Tunnel tunnel = new Tunnel("127.0.0.1", silent.port(), Optional.empty(), "127.0.0.1:1");
        EchoEngine engine = new EchoEngine(
                transport().upstream(),
                target(1, false)
                        .through(tunnel)
                        .keptAlive(new KeepAliveIr(Duration.ofMillis(300), Duration.ofMillis(300))));
        assertThat(client(listen(engine)).send(GET).readResponse()).contains("x-failure: C");
    }

    @Test
    void aSlowClientStopsTheBackendThroughATunnel() throws Exception {
        H2Backend server = tunnels(Optional.empty(), new Http2Settings());
        int size = 64 << 20;
        AtomicLong written = new AtomicLong();
        RawBackend backend = backend(peer -> {
            peer.readRequest();
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < size / piece.length; i++) {
                peer.write(piece);
                written.addAndGet(piece.length);
            }
        });
        Tunnel tunnel = through(server, Optional.empty(), backend.port());
        RawClient client = client(listen(new EchoEngine(
                transport().upstream(), target(backend.port(), false).through(tunnel))));
        client.send(GET).readHead();
        long before;
        do {
            before = written.get();
            Thread.sleep(300);
        } while (written.get() != before);
        assertThat(before).isLessThan(size / 2);
        assertThat(client.read(size)).hasSize(size);
    }
}
