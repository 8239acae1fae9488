package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.TlsIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads listeners: each filter chain with an HTTP connection manager becomes one of ours. */
final class Listeners {

    private static final int BUFFER = 1024 * 1024;
    private static final String PROXY_PROTOCOL = "envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol";
    private static final Set<String> INSPECTORS = Set.of(
            "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
            "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector");

    private final Clusters clusters;
    private final TlsContexts tls;
    private final FilterBinding binding;
    private final RouteFiles files;

    Listeners(Clusters clusters, TlsContexts tls, FilterBinding binding, RouteFiles files) {
        this.clusters = clusters;
        this.tls = tls;
        this.binding = binding;
        this.files = files;
    }

    List<ListenerIr> read(Message listener, int index) {
        String name = listener.text("name").orElse("listener-" + index);
        inert(listener);
        Optional<HostPort> address = HostPort.read(listener.child("address"));
        boolean proxyProtocol = listenerFilters(listener);
        int buffer = listener.cappedCount("per_connection_buffer_limit_bytes", BUFFER);
        List<Message> chains = new ArrayList<>(listener.messages("filter_chains"));
        listener.message("default_filter_chain").ifPresent(chains::add);
        if (chains.isEmpty()) {
            listener.error("filter_chains", "expected at least one");
        }
        List<ListenerIr> out = new ArrayList<>();
        for (int i = 0; i < chains.size(); i++) {
            String suffix =
                    chains.size() == 1 ? "" : "/" + chains.get(i).text("name").orElse(String.valueOf(i));
            chains.get(i).harmless("name", "transport_socket_connect_timeout", "metadata");
            ResourceRef ref = new ResourceRef("envoy", "Listener", "", name + suffix);
            int chain = i;
            address.ifPresent(where -> out.addAll(chain(chains.get(chain), ref, where, buffer, proxyProtocol)));
        }
        return out;
    }

    private static void inert(Message listener) {
        listener.harmless("stat_prefix", "enable_reuse_port", "reuse_port", "tcp_backlog_size", "metadata");
        listener.harmless("traffic_direction", "drain_type", "tcp_fast_open_queue_length", "ignore_global_conn_limit");
        listener.harmless("connection_balance_config", "enable_mptcp", "max_connections_to_accept_per_socket_event");
        listener.harmless(
                "listener_filters_timeout", "continue_on_listener_filters_timeout", "bypass_overload_manager");
        listener.noEffect("access_log", "access logs are set with the proxy's own options");
        listener.noEffect("additional_addresses", "only the first address is served");
        listener.noEffect("use_original_dst", "not supported");
        listener.noEffect("transparent", "not supported");
        listener.noEffect("freebind", "not supported");
        listener.noEffect("socket_options", "not supported");
    }

    /** Whether connections begin with a PROXY protocol header. */
    private static boolean listenerFilters(Message listener) {
        boolean proxyProtocol = false;
        for (Message filter : listener.messages("listener_filters")) {
            filter.harmless("name");
            Message config = filter.child("typed_config");
            if (config.type().equals(PROXY_PROTOCOL)) {
                config.harmless("allow_requests_without_proxy_protocol", "pass_through_tlvs", "stat_prefix");
                proxyProtocol = true;
            } else if (INSPECTORS.contains(config.type())) {
                config.harmless("enable_ja3_fingerprinting", "enable_ja4_fingerprinting", "initial_read_buffer_size");
            } else {
                config.error("@type", "not a listener filter that is supported");
            }
        }
        return proxyProtocol;
    }

    private List<ListenerIr> chain(
            Message chain, ResourceRef ref, HostPort address, int buffer, boolean proxyProtocol) {
        Optional<Message> manager = manager(chain);
        if (manager.isEmpty()) {
            return List.of();
        }
        Optional<TlsIr> certificates = tls.downstream(chain);
        ConnectionManager connection = ConnectionManager.read(manager.get(), ref, certificates.isPresent(), buffer);
        HttpFilters filters = HttpFilters.ofListener(manager.get(), ref, clusters, connection.limits());
        RouteContext context = new RouteContext(connection.facts(), filters, clusters, binding);
        List<HostIr> hosts = hosts(manager.get(), new RouteConfigs(context));
        boolean proxied = proxyProtocol || chain.flag("use_proxy_proto", false);
        ListenerSettingsIr settings = connection.settings(proxied);
        List<ListenerIr> out = new ArrayList<>();
        for (String hostname : hostnames(chain)) {
            out.add(new ListenerIr(
                    ref,
                    hostname.isEmpty() ? "http" : hostname,
                    Optional.of(address.host()),
                    address.port(),
                    certificates.isPresent() ? ListenerIr.Protocol.HTTPS : ListenerIr.Protocol.HTTP,
                    hostname,
                    certificates,
                    List.of(),
                    hosts,
                    settings));
        }
        return out;
    }

    private static Optional<Message> manager(Message chain) {
        List<Message> filters = chain.messages("filters");
        if (filters.size() != 1) {
            chain.error("filters", "expected one filter, the HTTP connection manager");
            return Optional.empty();
        }
        filters.getFirst().harmless("name");
        Message config = filters.getFirst().child("typed_config");
        if (!config.type().equals(ConnectionManager.TYPE)) {
            config.error("@type", "expected " + ConnectionManager.TYPE);
            return Optional.empty();
        }
        return Optional.of(config);
    }

    private List<HostIr> hosts(Message manager, RouteConfigs routes) {
        String kind = manager.oneOf("route_config", "rds", "scoped_routes").orElse("");
        return switch (kind) {
            case "route_config" -> routes.read(manager.child("route_config"), true);
            case "rds" ->
                files.find(manager.child("rds"))
                        .map(config -> routes.read(config, false))
                        .orElse(List.of());
            default -> {
                manager.problems().error(manager.path(), kind, "expected route_config, or rds with a file");
                yield List.of();
            }
        };
    }

    /** The server names of a chain; one empty name for all. */
    private static List<String> hostnames(Message chain) {
        Message match = chain.child("filter_chain_match").binding();
        match.harmless("transport_protocol", "application_protocols");
        List<String> names = match.strings("server_names");
        return names.isEmpty() ? List.of("") : names;
    }
}
