package dev.waypoint.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.transport.netty.NettyTransport;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints that are host names: several addresses, lifetimes, changes. */
final class NettyNamesTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closing(T value) {
        opened.add(value);
        return value;
    }

    private static InetAddress ip(String text) throws IOException {
        return InetAddress.getByName(text);
    }

    private record Proxy(EchoEngine engine, RawClient client) {}

    /** A proxy whose only endpoint is a name; a connection for each request. */
    private Proxy proxy(DnsServer names, int port, Duration connectTimeout) throws Exception {
        NettyTransport transport = closing(new NettyTransport(
                1,
                new DnsNameResolverBuilder()
                        .resolvedAddressTypes(ResolvedAddressTypes.IPV6_PREFERRED)
                        .nameServerProvider(new SequentialDnsServerAddressStreamProvider(names.address()))));
        UpstreamTarget target = new UpstreamTarget(
                BackendId.of("default", "named", port),
                "shop.test.",
                port,
                false,
                Optional.empty(),
                new LimitsIr(0, 1024, 0, 1),
                connectTimeout,
                Duration.ofSeconds(60));
        EchoEngine engine = new EchoEngine(transport.upstream(), target);
        ListenerSocket socket = new ListenerSocket("127.0.0.1", 0, List.of(), ListenerSettingsIr.DEFAULT, engine);
        assertThat(transport.listen(List.of(socket))).isEmpty();
        return new Proxy(engine, closing(new RawClient(transport.boundPort(socket.bindKey()))));
    }

    /** A socket that never answers: its queue of connections is full. */
    private void deaf(InetAddress address, int port) throws IOException {
        ServerSocket server = closing(new ServerSocket(port, 1, address));
        for (int i = 0; i < 4; i++) {
            Socket filling = closing(new Socket());
            try {
                filling.connect(new InetSocketAddress(address, server.getLocalPort()), 100);
            } catch (java.net.SocketTimeoutException full) {
                return;
            }
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket probe = new ServerSocket(0, 1, ip("::1"))) {
            return probe.isBound();
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void aDeafAddressDelaysByAQuarterOfASecond() throws Exception {
        RawBackend backend = closing(RawBackend.answering(Http1Contract.OK));
        String dead = hasIpv6() ? "::1" : "127.0.0.9";
        deaf(ip(dead), backend.port());
        DnsServer names = closing(new DnsServer(60, List.of(ip(dead), ip("127.0.0.1"))));
        Proxy proxy = proxy(names, backend.port(), Duration.ofSeconds(5));
        long start = System.nanoTime();
        assertThat(proxy.client().send(GET).readResponse())
                .as(() -> proxy.engine().failures.toString())
                .endsWith("ok");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(3));
        assertThat(proxy.engine().failures).isEmpty();
    }

    @Test
    void anAddressThatRefusesDelaysNothing() throws Exception {
        assumeTrue(hasIpv6(), "this machine has no IPv6");
        RawBackend backend = closing(RawBackend.answering(Http1Contract.OK));
        DnsServer names = closing(new DnsServer(60, List.of(ip("::1"), ip("127.0.0.1"))));
        Proxy proxy = proxy(names, backend.port(), Duration.ofSeconds(5));
        assertThat(proxy.client().send(GET).readResponse()).endsWith("ok");
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void noAddressThatAnswersIsATimeout() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, ip("127.0.0.9"))) {
            port = free.getLocalPort();
        }
        deaf(ip("127.0.0.9"), port);
        DnsServer names = closing(new DnsServer(60, List.of(ip("127.0.0.9"))));
        Proxy proxy = proxy(names, port, Duration.ofMillis(400));
        assertThat(proxy.client().send(GET).readResponse()).contains("x-failure: CONNECT_TIMEOUT\r\n");
    }

    @Test
    void aNameIsAskedForAgainWhenItsLifetimeIsOver() throws Exception {
        RawBackend first = closing(RawBackend.answering(Http1Contract.OK));
        RawBackend second = closing(new RawBackend(
                peer -> {
                    while (peer.readRequest()) {
                        peer.write("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
                    }
                },
                ip("127.0.0.2"),
                first.port()));
        DnsServer names = closing(new DnsServer(1, List.of(ip("127.0.0.1"))));
        Proxy proxy = proxy(names, first.port(), Duration.ofSeconds(2));
        assertThat(proxy.client().send(GET).readResponse()).startsWith("HTTP/1.1 200 ");
        assertThat(proxy.client().send(GET).readResponse()).startsWith("HTTP/1.1 200 ");
        assertThat(first.connections()).isEqualTo(2);
        assertThat(names.queries).as("the second time from the cache").hasValue(1);
        names.point(List.of(ip("127.0.0.2")));
        Thread.sleep(1300);
        assertThat(proxy.client().send(GET).readResponse()).startsWith("HTTP/1.1 201 ");
        assertThat(names.queries).hasValue(2);
        assertThat(second.connections()).isEqualTo(1);
    }

    @Test
    void aNameThatDoesNotExistIsNotAskedForAgainAtOnce() throws Exception {
        DnsServer names = closing(new DnsServer(1, List.of()));
        Proxy proxy = proxy(names, 1, Duration.ofSeconds(2));
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.client().send(GET).readResponse()).contains("x-failure: CONNECT_FAILED\r\n");
        }
        assertThat(proxy.engine().failures.getFirst().message()).startsWith("no address for shop.test.");
        assertThat(names.queries.get()).isLessThanOrEqualTo(2);
    }
}
