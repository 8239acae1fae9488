package dev.waypoint.plan;

import dev.waypoint.ir.ListenerIr;
import java.util.List;
import java.util.Optional;

/**
 * The listeners that share a socket.
 *
 * @param address the address to bind to; empty for the default
 * @param port the port
 * @param listeners all of them
 * @param byHost the listener of a host: the one with the most specific host name
 */
public record PortPlan(
        Optional<String> address, int port, List<CompiledListener> listeners, HostTable<CompiledListener> byHost) {

    /** Whether connections begin with a TLS handshake. */
    public boolean secure() {
        return listeners.getFirst().ir().protocol() == ListenerIr.Protocol.HTTPS;
    }
}
