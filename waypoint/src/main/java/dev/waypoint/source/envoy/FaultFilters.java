package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.ResourceRef;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads {@code envoy.filters.http.fault}. The most specific configuration counts. */
final class FaultFilters implements FilterReader {

    private static final String TYPE = "envoy.extensions.filters.http.fault.v3.HTTPFault";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Set<String> routeTypes() {
        return Set.of(TYPE);
    }

    @Override
    public List<FilterDraft> read(FilterUse use) {
        Message fault = use.mostSpecific().map(FilterUse.Level::config).orElse(use.filter());
        ResourceRef source = use.mostSpecific().map(FilterUse.Level::ref).orElse(use.listener());
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        boolean delayed = delay(fault, config);
        boolean aborted = abort(fault, config);
        if (delayed || aborted) {
            config.put("controlledByHeaders", true);
        }
        if (fault.has("max_active_faults")) {
            config.put("maxActiveDelays", fault.cappedCount("max_active_faults", 0));
        }
        for (String field : new String[] {"upstream_cluster", "headers", "downstream_nodes"}) {
            if (fault.has(field)) {
                fault.error(field, "not supported: faults hit all requests of the route");
            }
        }
        fault.noEffect("response_rate_limit", "not supported");
        fault.harmless("delay_percent_runtime", "abort_percent_runtime", "disable_downstream_cluster_stats");
        return config.isEmpty()
                ? List.of()
                : List.of(new FilterDraft("fault", config, source, use.target(), fault.path()));
    }

    /** Whether headers may ask for it. */
    private static boolean delay(Message fault, ObjectNode config) {
        Message delay = fault.child("delay");
        delay.harmless("type");
        double share = percent(delay);
        delay.duration("fixed_delay")
                .ifPresent(time -> config.putObject("delay")
                        .put("duration", DurationText.print(time))
                        .put("percentage", share));
        boolean byHeader = delay.message("header_delay").isPresent();
        if (byHeader) {
            config.putObject("delay")
                    .put("duration", DurationText.print(Duration.ZERO))
                    .put("percentage", share);
        }
        return byHeader;
    }

    private static boolean abort(Message fault, ObjectNode config) {
        Message abort = fault.child("abort");
        double share = percent(abort);
        if (abort.has("http_status")) {
            config.putObject("abort")
                    .put("status", abort.number("http_status", 503, 200, 599))
                    .put("percentage", share);
        }
        if (abort.has("grpc_status")) {
            config.putObject("abort")
                    .put("grpcStatus", abort.number("grpc_status", 14, 0, 16))
                    .put("percentage", share);
        }
        return abort.message("header_abort").isPresent();
    }

    private static double percent(Message part) {
        return part.message("percentage").map(Fractions::millionths).orElse(0) / 10_000.0;
    }
}
