package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.ir.EndpointIr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads clusters into backends, and finds them by name. */
final class Clusters {

    /** Clusters have no namespace. */
    static final String NAMESPACE = "";

    private static final Set<String> DISCOVERY = Set.of("STATIC", "STRICT_DNS", "LOGICAL_DNS", "0", "1", "2");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final TlsContexts tls;
    private final String local;
    private final Map<String, Message> sources = new LinkedHashMap<>();
    private final Map<String, ClusterOptions> options = new LinkedHashMap<>();
    private final Map<String, BackendIr> byName = new LinkedHashMap<>();
    private final Map<BackendId, BackendIr> used = new LinkedHashMap<>();

    /** @param local the name of the cluster that this proxy belongs to; empty if none is named */
    Clusters(TlsContexts tls, String local) {
        this.tls = tls;
        this.local = local;
    }

    /** The number of proxies in the cluster that this one belongs to. */
    int localSize() {
        return backend(local).map(backend -> backend.endpoints().size()).orElse(0);
    }

    /** Whether the cluster that this proxy belongs to is named and known. */
    boolean hasLocal() {
        return byName.containsKey(local);
    }

    /** Reads one cluster. */
    void add(Message cluster) {
        String name = cluster.required("name");
        if (sources.put(name, cluster) != null) {
            cluster.error("name", "there is a cluster of this name already");
        }
        ClusterOptions option = ClusterOptions.read(cluster);
        options.put(name, option);
        discovery(cluster);
        List<EndpointIr> endpoints = endpoints(cluster);
        String host = endpoints.isEmpty() ? name : endpoints.getFirst().host();
        int port = endpoints.isEmpty() ? 80 : endpoints.getFirst().port();
        BackendIr backend = new BackendIr(
                BackendId.of(NAMESPACE, name, port),
                new ResourceRef("envoy", "Cluster", "", name),
                option.protocol(),
                tls.upstream(cluster, host),
                endpoints,
                settings(cluster, option));
        byName.put(name, backend);
        used.put(backend.id(), backend);
        inert(cluster);
    }

    private static void inert(Message cluster) {
        cluster.harmless("alt_stat_name", "metadata", "dns_lookup_family", "dns_refresh_rate", "respect_dns_ttl");
        cluster.harmless(
                "dns_failure_refresh_rate", "typed_dns_resolver_config", "cluster_type", "use_tcp_for_dns_lookups");
        cluster.harmless("per_connection_buffer_limit_bytes", "upstream_connection_options", "wait_for_warm_on_init");
        cluster.harmless(
                "cleanup_interval", "ignore_health_on_host_removal", "track_cluster_stats", "track_timeout_budgets");
        cluster.harmless("close_connections_on_host_health_failure", "dns_jitter", "preconnect_policy");
    }

    private static void discovery(Message cluster) {
        String type = cluster.text("type").orElse("STATIC");
        if (!DISCOVERY.contains(type)) {
            cluster.error("type", "expected STATIC, STRICT_DNS or LOGICAL_DNS");
        }
        cluster.noEffect("eds_cluster_config", "endpoints are read from load_assignment only");
    }

    private static List<EndpointIr> endpoints(Message cluster) {
        List<EndpointIr> out = new ArrayList<>();
        Message assignment = cluster.child("load_assignment");
        assignment.harmless("cluster_name");
        assignment.noEffect("policy", "not supported");
        for (Message locality : assignment.messages("endpoints")) {
            String zone = locality.child("locality").string("zone");
            locality.harmless("load_balancing_weight");
            locality.noEffect("priority", "all localities have the same priority");
            for (Message entry : locality.messages("lb_endpoints")) {
                endpoint(entry, zone).ifPresent(out::add);
            }
        }
        return out;
    }

    private static Optional<EndpointIr> endpoint(Message entry, String zone) {
        Message endpoint = entry.child("endpoint");
        endpoint.harmless("hostname", "health_check_config");
        entry.harmless("health_status");
        int weight = Math.max(1, entry.cappedCount("load_balancing_weight", 1));
        Map<String, String> labels = Metadata.subset(entry.child("metadata"));
        return HostPort.read(endpoint.child("address"))
                .map(address ->
                        new EndpointIr(address.host(), address.port(), zone, weight, EndpointIr.State.READY, labels));
    }

    private static BackendSettingsIr settings(Message cluster, ClusterOptions option) {
        Message breakers = cluster.child("circuit_breakers");
        return new BackendSettingsIr(
                Balancing.read(cluster),
                cluster.child("round_robin_lb_config")
                        .child("slow_start_config")
                        .duration("slow_start_window")
                        .orElse(Duration.ZERO),
                "",
                CircuitBreakers.limits(breakers, option.maxRequestsPerConnection()),
                cluster.duration("connect_timeout").orElse(CONNECT_TIMEOUT),
                option.idleTimeout(),
                Health.outlier(cluster),
                Health.active(cluster),
                CircuitBreakers.retryBudget(breakers),
                option.keepAlive());
    }

    /** The backend of a cluster name; empty if there is no such cluster. */
    Optional<BackendId> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(BackendIr::id);
    }

    /** The backend of a cluster for a route whose requests are spread by these keys. */
    Optional<BackendId> find(String name, List<HashKeyIr> keys) {
        BackendIr plain = byName.get(name);
        if (plain == null || keys.isEmpty() || !(plain.settings().balancing() instanceof BalancingIr.ConsistentHash)) {
            return find(name);
        }
        BackendSettingsIr settings = plain.settings();
        BackendId id =
                new BackendId(NAMESPACE, name, plain.id().port(), "hash-" + Integer.toHexString(keys.hashCode()));
        BackendSettingsIr hashing = new BackendSettingsIr(
                new BalancingIr.ConsistentHash(keys),
                settings.slowStart(),
                settings.zone(),
                settings.limits(),
                settings.connectTimeout(),
                settings.idleTimeout(),
                settings.outlier(),
                settings.health(),
                settings.retryBudget(),
                settings.keepAlive());
        used.put(id, new BackendIr(id, plain.source(), plain.protocol(), plain.tls(), plain.endpoints(), hashing));
        return Optional.of(id);
    }

    /** How filters refer to a cluster. */
    Optional<ServiceReference> reference(String name) {
        return find(name).map(id -> new ServiceReference(id.service(), Optional.of(NAMESPACE), id.port()));
    }

    /** The backend itself. */
    Optional<BackendIr> backend(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The filters that stand in front of a cluster's connections, without the codec. */
    List<Message> upstreamFilters(String name) {
        ClusterOptions option = options.get(name);
        return option == null ? List.of() : option.filters();
    }

    /** Names of all clusters, in order. */
    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** All backends. */
    Map<BackendId, BackendIr> backends() {
        Map<BackendId, BackendIr> out = new TreeMap<>(Comparator.comparing(BackendId::toString));
        out.putAll(used);
        return out;
    }
}
