package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.MirrorIr;
import dev.waypoint.ir.ActionIr.WeightedIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.source.envoy.FilterUse.RouteRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where a route's requests go: clusters, splits, mirrors. */
final class Destinations {

    private final RouteContext context;
    private final Message action;
    private final boolean mustExist;
    private final List<HashKeyIr> keys;
    private final Map<String, String> subset;

    Destinations(RouteContext context, Message action, boolean mustExist) {
        this.context = context;
        this.action = action;
        this.mustExist = mustExist;
        keys = Balancing.keys(action);
        subset = Metadata.subset(action.child("metadata_match"));
    }

    /** The one cluster of the route. */
    ActionIr only() {
        return forward(List.of(weighted(action, "cluster", 1, subset)));
    }

    ActionIr forward(List<WeightedIr> backends) {
        return new ActionIr.Forward(backends, mirrors());
    }

    /** The weight of a part of a split. */
    long weight(Message part) {
        return part.cappedCount("weight", 0);
    }

    /** Whether a part of a split differs from the others in more than its cluster. */
    static boolean isSpecial(Message part) {
        return part.has("typed_per_filter_config")
                || part.has("request_headers_to_add")
                || part.has("request_headers_to_remove")
                || part.has("response_headers_to_add")
                || part.has("response_headers_to_remove")
                || part.has("host_rewrite_literal");
    }

    /** A part of a split. */
    WeightedIr weighted(Message part) {
        part.noEffect("cluster_header", "a part of a split needs a name");
        Map<String, String> labels = new TreeMap<>(subset);
        labels.putAll(Metadata.subset(part.child("metadata_match")));
        return weighted(part, "name", (int) Math.min(1_000_000, weight(part)), labels);
    }

    /** A part of a split as the only destination. */
    ActionIr alone(Message part) {
        WeightedIr weighted = weighted(part);
        return forward(List.of(
                new WeightedIr(weighted.backend(), weighted.problem(), 1, weighted.filters(), weighted.subset())));
    }

    /** The cluster that a header names. */
    HeaderRoutingIr byHeader(String header) {
        Map<String, WeightedIr> values = new TreeMap<>();
        for (String name : context.clusters().names()) {
            values.put(name, weighted(name, 1, subset));
        }
        return new HeaderRoutingIr(header.toLowerCase(Locale.ROOT), values, true);
    }

    private WeightedIr weighted(Message owner, String field, int weight, Map<String, String> labels) {
        String name = owner.required(field);
        if (mustExist && context.clusters().find(name).isEmpty()) {
            owner.error(field, "there is no cluster of this name");
        }
        return weighted(name, weight, labels);
    }

    private WeightedIr weighted(String name, int weight, Map<String, String> labels) {
        Optional<BackendId> backend = context.clusters().find(name, keys);
        String problem = backend.isPresent() ? "" : "there is no cluster '" + name + "'";
        return new WeightedIr(backend, problem, weight, filters(name), labels);
    }

    private List<FilterIr> filters(String cluster) {
        List<Message> sources = context.clusters().upstreamFilters(cluster);
        if (sources.isEmpty()) {
            return List.of();
        }
        ResourceRef ref = new ResourceRef("envoy", "Cluster", "", cluster);
        HttpFilters upstream = HttpFilters.ofCluster(sources, ref, context.clusters());
        return context.catalog().bind(upstream.drafts(Levels.NONE, RouteRates.NONE));
    }

    private List<MirrorIr> mirrors() {
        List<MirrorIr> out = new ArrayList<>();
        for (Message policy : action.messages("request_mirror_policies")) {
            String name = policy.required("cluster");
            policy.harmless("trace_sampled", "disable_shadow_host_suffix_append");
            Optional<BackendId> backend = context.clusters().find(name);
            if (backend.isEmpty()) {
                policy.error("cluster", "there is no cluster of this name");
                continue;
            }
            int share = Fractions.runtime(policy, "runtime_fraction").orElse(Fractions.ALL);
            out.add(new MirrorIr(backend.get(), share, Fractions.ALL));
        }
        return out;
    }
}
