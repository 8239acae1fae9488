package dev.waypoint.plan;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.ir.ListenerIr;
import java.util.List;
import java.util.Optional;

/** The listeners that share a socket. */
public final class PortPlan {

    private final Optional<String> address;
    private final int port;
    private final List<CompiledListener> listeners;
    private final Destinations destinations;

    PortPlan(Optional<String> address, int port, List<CompiledListener> listeners, Destinations destinations) {
        this.address = address;
        this.port = port;
        this.listeners = List.copyOf(listeners);
        this.destinations = destinations;
    }

    /** The address to bind to; empty for the default. */
    public Optional<String> address() {
        return address;
    }

    /** The port to bind to. */
    public int port() {
        return port;
    }

    /** All of them. */
    public List<CompiledListener> listeners() {
        return listeners;
    }

    /** The listener of a host, wherever the connection was directed to: the one with the most specific host name. */
    public HostTable<CompiledListener> byHost() {
        return destinations.anywhere();
    }

    /** The listener of a host among those that a connection may belong to. */
    public HostTable<CompiledListener> byHost(ConnectionFacts connection) {
        return destinations.of(connection);
    }

    /** Whether connections begin with a TLS handshake. */
    public boolean secure() {
        return listeners.getFirst().ir().protocol() == ListenerIr.Protocol.HTTPS;
    }
}
