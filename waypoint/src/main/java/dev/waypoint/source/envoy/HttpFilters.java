package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.envoy.FilterUse.RouteRates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code http_filters} of a connection manager or cluster, and says what they do for each route. */
final class HttpFilters {

    private static final String ROUTER = "envoy.extensions.filters.http.router.v3.Router";

    private static final Map<String, FilterReader> READERS = new LinkedHashMap<>();

    static {
        for (FilterReader reader : List.of(
                new ExtProcFilters(),
                new LocalRateLimits(),
                new HeaderMutations(),
                new CorsFilters(),
                new FaultFilters(),
                new BufferFilters())) {
            READERS.put(reader.type(), reader);
        }
    }

    /**
     * One filter of the chain.
     *
     * @param name its name, by which routes speak of it
     * @param reader how to read it
     * @param config its configuration
     * @param disabled whether it only runs where a route switches it on
     */
    private record Slot(String name, FilterReader reader, Message config, boolean disabled) {}

    private final ResourceRef listener;
    private final Clusters clusters;
    private final MessageLimits limits;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<Object, List<FilterDraft>> plain = new HashMap<>();

    private HttpFilters(ResourceRef listener, Clusters clusters, MessageLimits limits) {
        this.listener = listener;
        this.clusters = clusters;
        this.limits = limits;
    }

    /** The filters of a connection manager, which end with the router. */
    static HttpFilters ofListener(Message manager, ResourceRef listener, Clusters clusters, MessageLimits limits) {
        HttpFilters out = new HttpFilters(listener, clusters, limits);
        List<Message> filters = manager.messages("http_filters");
        for (int i = 0; i < filters.size(); i++) {
            boolean router = out.add(filters.get(i));
            if (router != (i == filters.size() - 1)) {
                filters.get(i)
                        .error(
                                "typed_config",
                                router ? "the router must be the last filter" : "expected the router last");
            }
        }
        if (filters.isEmpty()) {
            manager.error("http_filters", "expected at least the router");
        }
        return out;
    }

    /** The filters of a cluster, which run when it was chosen. */
    static HttpFilters ofCluster(List<Message> filters, ResourceRef cluster, Clusters clusters) {
        HttpFilters out = new HttpFilters(cluster, clusters, MessageLimits.DEFAULT);
        filters.forEach(out::add);
        return out;
    }

    /** Whether it was the router. */
    private boolean add(Message filter) {
        String name = filter.required("name");
        Message config = filter.child("typed_config");
        boolean disabled = filter.flag("disabled", false);
        boolean optional = filter.flag("is_optional", false);
        if (config.type().equals(ROUTER)) {
            config.harmless("dynamic_stats", "suppress_envoy_headers", "suppress_grpc_request_failure_code_stats");
            config.harmless("start_child_span", "respect_expected_rq_timeout");
            config.noEffect("upstream_log", "access logs are set with the proxy's own options");
            return true;
        }
        FilterReader reader = READERS.get(config.type());
        if (reader != null) {
            slots.add(new Slot(name, reader, config, disabled));
        } else if (optional || disabled) {
            filter.problems().warning(filter.path(), config.type(), "this filter is not known; it does not run");
        } else {
            filter.problems()
                    .error(
                            filter.path("typed_config.@type"),
                            config.type().isEmpty() ? "missing" : config.type(),
                            "not a filter that is supported; to go on without it set is_optional");
        }
        return false;
    }

    /** What the filters do for a route, in the order of the chain. */
    List<FilterDraft> drafts(Levels levels, RouteRates rates) {
        if (levels.entries().isEmpty() && rates.equals(RouteRates.NONE)) {
            return plain.computeIfAbsent(Levels.NONE, key -> read(levels, rates));
        }
        return read(levels, rates);
    }

    private List<FilterDraft> read(Levels levels, RouteRates rates) {
        List<FilterDraft> out = new ArrayList<>();
        for (Slot slot : slots) {
            List<FilterUse.Level> said = levels.of(slot.name());
            said.forEach(level -> checkType(slot, level));
            if (levels.enabled(slot.name(), !slot.disabled())) {
                String target = listener.name() + "/" + slot.name();
                out.addAll(slot.reader()
                        .read(new FilterUse(
                                slot.name(), slot.config(), listener, target, said, rates, clusters, limits)));
            }
        }
        for (String name : levels.names()) {
            if (slots.stream().noneMatch(slot -> slot.name().equals(name))) {
                levels.of(name)
                        .forEach(level -> level.config()
                                .problems()
                                .warning(level.config().path(), name, "the chain has no filter of this name"));
            }
        }
        return out;
    }

    private static void checkType(Slot slot, FilterUse.Level level) {
        if (!slot.reader().routeTypes().contains(level.config().type())) {
            level.config()
                    .error("@type", "expected one of " + slot.reader().routeTypes() + " for the filter " + slot.name());
        }
    }
}
