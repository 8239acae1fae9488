package dev.waypoint.control.stream;

import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import dev.waypoint.control.trust.ControllerAuthority;
import dev.waypoint.control.trust.MemoryStore;
import dev.waypoint.ir.RoutingIr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A controller's end on a real socket with real TLS; tokens are judged by a table. */
public final class TestController implements AutoCloseable {

    public static final DataPlane SHOP = new DataPlane("shop", "edge");

    final Map<String, ProxyIdentity> tokens;
    final ControllerAuthority authority;
    final ConfigStreamServer server;

    private TestController(ControllerAuthority authority, Map<String, ProxyIdentity> tokens, int port, Duration maxAge)
            throws IOException {
        this.tokens = tokens;
        this.authority = authority;
        server = ConfigStreamServer.start(
                new ConfigStreamServer.Settings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), maxAge, Duration.ofSeconds(3)),
                authority,
                token -> Optional.ofNullable(tokens.get(token)));
    }

    public static TestController start() throws IOException {
        return start(new MemoryStore(), 0);
    }

    /** One that takes the place of an earlier one. */
    static TestController start(MemoryStore store, int port) throws IOException {
        return start(store, port, Duration.ofMinutes(30));
    }

    static TestController start(MemoryStore store, int port, Duration maxAge) throws IOException {
        return start(ControllerAuthority.open(store, List.of("localhost")), port, maxAge);
    }

    /** One that shows the certificate of an authority. */
    public static TestController start(ControllerAuthority authority) throws IOException {
        return start(authority, 0, Duration.ofMinutes(30));
    }

    private static TestController start(ControllerAuthority authority, int port, Duration maxAge) throws IOException {
        Map<String, ProxyIdentity> tokens = new ConcurrentHashMap<>();
        tokens.put("shop-token", new ProxyIdentity("shop", "edge", Optional.of("edge-1")));
        tokens.put("bank-token", new ProxyIdentity("bank", "edge", Optional.of("bank-1")));
        return new TestController(authority, tokens, port, maxAge);
    }

    public int port() {
        return server.port();
    }

    public String authorities() {
        return server.authorities();
    }

    public void publish(DataPlane plane, long version, RoutingIr routing) {
        server.publish(plane, new ProxyConfig(version, routing, 1));
    }

    public List<Replica> replicas(DataPlane plane) {
        return server.replicas(plane);
    }

    @Override
    public void close() {
        server.close();
        authority.close();
    }
}
