package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a {@code config.bootstrap.v3.Bootstrap}. */
final class BootstrapReader {

    private BootstrapReader() {}

    static EnvoyBootstrap read(Path file, FilterCatalog catalog) throws UnreadableBootstrap {
        ResourceRef ref = new ResourceRef("envoy", "Bootstrap", "", String.valueOf(file.getFileName()));
        Problems problems = new Problems(ref);
        Message bootstrap = new Message(BootstrapText.read(file), "", problems);
        Message resources = bootstrap.child("static_resources");
        Map<String, Message> secrets = new LinkedHashMap<>();
        resources.messages("secrets").forEach(secret -> secrets.put(secret.required("name"), secret));
        TlsContexts tls = new TlsContexts(secrets);
        Message manager = bootstrap.child("cluster_manager");
        manager.noEffect("outlier_detection", "ejections are logged in the proxy's own log");
        String local = manager.string("local_cluster_name");
        Clusters clusters = new Clusters(tls, local);
        resources.messages("clusters").forEach(clusters::add);
        FilterBinding binding = new FilterBinding(catalog, clusters, problems);
        RouteFiles files = new RouteFiles(problems);
        Listeners listeners = new Listeners(clusters, tls, binding, files);
        List<ListenerIr> served = new ArrayList<>();
        List<Message> sources = resources.messages("listeners");
        for (int i = 0; i < sources.size(); i++) {
            served.addAll(listeners.read(sources.get(i), i));
        }
        if (sources.isEmpty()) {
            resources.error("listeners", "expected at least one listener");
        }
        inert(bootstrap);
        Set<Path> all = new LinkedHashSet<>(files.files());
        all.add(file);
        return new EnvoyBootstrap(new RoutingIr(served, clusters.backends()), problems.finish(), all, binding.drafts());
    }

    private static void inert(Message bootstrap) {
        bootstrap.harmless("node", "admin", "stats_config", "stats_flush_interval", "stats_flush_on_admin");
        bootstrap.harmless(
                "default_regex_engine", "memory_allocator_manager", "enable_dispatcher_stats", "header_prefix");
        bootstrap.noEffect("dynamic_resources", "only static resources are read");
        bootstrap.noEffect("layered_runtime", "there is no runtime");
        bootstrap.noEffect("overload_manager", "limits of connections and memory are set with the proxy's own options");
        bootstrap.noEffect("stats_sinks", "metrics are served for Prometheus");
        bootstrap.noEffect("watchdogs", "not supported");
        bootstrap.noEffect("tracing", "tracing is set with the proxy's own options");
    }
}
