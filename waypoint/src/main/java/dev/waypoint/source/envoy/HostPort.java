package dev.waypoint.source.envoy;

import java.util.Optional;

/**
 * A socket address.
 *
 * @param host an IP address or host name
 * @param port the port
 */
record HostPort(String host, int port) {

    /** Reads {@code config.core.v3.Address}. */
    static Optional<HostPort> read(Message address) {
        Optional<Message> socket = address.message("socket_address");
        if (socket.isEmpty()) {
            address.problems().error(address.path(), "", "expected a socket_address");
            return Optional.empty();
        }
        Message inner = socket.get();
        inner.harmless("protocol", "ipv4_compat", "resolver_name");
        if (inner.string("protocol").equals("UDP")) {
            inner.error("protocol", "expected TCP");
        }
        if (inner.has("named_port")) {
            inner.error("named_port", "expected port_value");
        }
        return Optional.of(new HostPort(inner.required("address"), (int) inner.number("port_value", 0, 0, 65535)));
    }
}
