package dev.waypoint.transport;

import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import dev.waypoint.message.RequestReceiver;
import java.util.List;

/**
 * One listening socket, shared by the listeners of its port.
 *
 * @param address the address to bind to
 * @param port the port; 0 for any free one
 * @param tls certificates by server name; empty for cleartext
 * @param settings how connections are treated
 * @param receiver where requests go
 */
public record ListenerSocket(
        String address, int port, List<SniTls> tls, ListenerSettingsIr settings, RequestReceiver receiver) {

    public ListenerSocket {
        tls = List.copyOf(tls);
    }

    /**
     * The TLS of one listener of the port.
     *
     * @param hostname the server name that it serves: exact, {@code *.suffix}, or empty for all
     * @param tls certificates and client checks
     */
    public record SniTls(String hostname, TlsIr tls) {}

    /** The part that identifies a socket. */
    public String bindKey() {
        return address + ":" + port;
    }
}
