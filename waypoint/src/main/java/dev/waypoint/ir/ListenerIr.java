package dev.waypoint.ir;

import dev.waypoint.config.ResourceRef;
import java.util.List;
import java.util.Optional;

/**
 * One listener. Listeners of one port share a socket; a request belongs to the one with the most specific host name and sees
 * the routes of that one only.
 *
 * @param owner the Gateway or ListenerSet
 * @param name the listener's name in its owner
 * @param address the address to bind to; empty for the default
 * @param port the port, 1 to 65535
 * @param protocol the protocol
 * @param hostname the host name that it serves, exact or {@code *.suffix}; empty for all
 * @param tls the certificates, for HTTPS
 * @param preRouting filters that run before a route is matched, in order
 * @param hosts the routes by host name; a request belongs to the most specific one
 * @param settings how connections are treated
 * @param binding where its connections arrive; empty for its own port, and whatever comes there
 */
public record ListenerIr(
        ResourceRef owner,
        String name,
        Optional<String> address,
        int port,
        Protocol protocol,
        String hostname,
        Optional<TlsIr> tls,
        List<FilterIr> preRouting,
        List<HostIr> hosts,
        ListenerSettingsIr settings,
        Optional<BindingIr> binding) {

    /** What is spoken on a listener. */
    public enum Protocol {
        HTTP,
        HTTPS
    }

    public ListenerIr {
        preRouting = List.copyOf(preRouting);
        hosts = List.copyOf(hosts);
    }

    /** A listener that takes whatever comes to its own port. */
    public ListenerIr(
            ResourceRef owner,
            String name,
            Optional<String> address,
            int port,
            Protocol protocol,
            String hostname,
            Optional<TlsIr> tls,
            List<FilterIr> preRouting,
            List<HostIr> hosts,
            ListenerSettingsIr settings) {
        this(owner, name, address, port, protocol, hostname, tls, preRouting, hosts, settings, Optional.empty());
    }

    /** The port to bind to. */
    public int bindPort() {
        return binding.map(BindingIr::port).orElse(port);
    }

    /** The name used in logs and metrics. */
    public String id() {
        return owner.namespace() + "/" + owner.name() + "/" + name;
    }
}
