package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.ResourceRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code envoy.filters.http.ext_proc}. What virtual host, route and weighted cluster override is merged here, so that the
 * filter has one configuration for each route.
 */
final class ExtProcFilters implements FilterReader {

    /** The kind of our filter. */
    static final String FILTER = "ext-proc";

    private static final String PACKAGE = "envoy.extensions.filters.http.ext_proc.v3.";
    private static final Duration LONGEST = Duration.ofHours(1);

    /** {@code RouteCacheAction} in the order of the numbers. */
    private enum RouteCacheAction {
        DEFAULT("Default"),
        CLEAR("Clear"),
        RETAIN("Retain");

        private final String ours;

        RouteCacheAction(String ours) {
            this.ours = ours;
        }
    }

    @Override
    public String type() {
        return PACKAGE + "ExternalProcessor";
    }

    @Override
    public Set<String> routeTypes() {
        return Set.of(PACKAGE + "ExtProcPerRoute");
    }

    @Override
    public List<FilterDraft> read(FilterUse use) {
        Message filter = use.filter().binding();
        filter.harmless("stat_prefix", "filter_metadata", "on_processing_response");
        ExtProcOverrides overrides = ExtProcOverrides.merge(use.levels());
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set("provider", ExtProcProviders.read(use, overrides));
        ObjectNode processing = processing(filter, overrides);
        config.set("processing", processing);
        config.set("permissions", permissions(filter));
        config.set("failure", failure(filter, overrides));
        config.set("sharing", ExtProcSharing.read(filter, overrides));
        buffers(config.putObject("buffers"), use.limits());
        if (filter.flag("observability_mode", false)) {
            config.put("mode", "Observe");
        }
        if (overrides.disabled()) {
            return List.of();
        }
        ResourceRef source = overrides.owner().orElse(use.listener());
        return List.of(new FilterDraft(FILTER, config, source, use.target(), filter.path()));
    }

    private static ObjectNode processing(Message filter, ExtProcOverrides overrides) {
        Message mode = filter.child("processing_mode");
        ObjectNode processing = JsonNodeFactory.instance.objectNode();
        ObjectNode base = ExtProcModes.read(mode);
        ExtProcModes.requireTrailers(mode, base);
        Optional<Message> own = overrides.mode();
        if (own.isPresent()) {
            processing.set("modes", ExtProcModes.read(own.get()));
            processing.set("overrideBase", base);
            processing.put("lenient", true);
        } else {
            processing.set("modes", base);
        }
        if (filter.flag("send_body_without_waiting_for_header_response", false)) {
            processing.put("earlyBody", true);
        }
        return processing;
    }

    private static ObjectNode permissions(Message filter) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        filter.message("mutation_rules").ifPresent(rules -> mutationRules(rules, out.putObject("mutationRules")));
        if (filter.flag("allow_mode_override", false)) {
            out.put("modeOverride", true);
        }
        for (Message mode : filter.messages("allowed_override_modes")) {
            out.withArray("allowedOverrides").add(ExtProcModes.read(mode));
        }
        if (filter.flag("disable_immediate_response", false)) {
            out.put("immediateResponse", false);
        }
        if (filter.flag("allow_content_length_header", false)) {
            out.put("contentLength", true);
        }
        RouteCacheAction action = filter.choice("route_cache_action", RouteCacheAction.class, RouteCacheAction.DEFAULT);
        boolean never = filter.flag("disable_clear_route_cache", false);
        if (never && action != RouteCacheAction.DEFAULT) {
            filter.error("disable_clear_route_cache", "excludes a route_cache_action");
        }
        out.put("routeCache", never ? RouteCacheAction.RETAIN.ours : action.ours);
        return out.put("profile", "Envoy");
    }

    private static void mutationRules(Message rules, ObjectNode out) {
        out.put("allowAllRouting", rules.flag("allow_all_routing", false));
        out.put("allowEnvoy", rules.flag("allow_envoy", false));
        out.put("disallowSystem", rules.flag("disallow_system", false));
        out.put("disallowAll", rules.flag("disallow_all", false));
        rules.message("allow_expression").ifPresent(regex -> out.put("allowExpression", Matches.regex(regex)));
        rules.message("disallow_expression").ifPresent(regex -> out.put("disallowExpression", Matches.regex(regex)));
        out.put("disallowIsError", rules.flag("disallow_is_error", false));
    }

    private static ObjectNode failure(Message filter, ExtProcOverrides overrides) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        boolean open = overrides.failureModeAllow().orElse(filter.flag("failure_mode_allow", false));
        out.put("mode", open ? "Open" : "Closed");
        filter.message("status_on_error").ifPresent(status -> {
            int code = HttpStatuses.read(status, "code");
            out.put("status", code >= 400 && code <= 599 ? code : 500);
        });
        timeout(filter, "message_timeout").ifPresent(text -> out.put("messageTimeout", text));
        timeout(filter, "max_message_timeout").ifPresent(text -> out.put("maxMessageTimeout", text));
        filter.duration("deferred_close_timeout").ifPresent(time -> out.put("deferredClose", DurationText.print(time)));
        return out;
    }

    private static Optional<String> timeout(Message filter, String field) {
        Optional<Duration> time = filter.duration(field);
        if (time.isPresent() && (time.get().isNegative() || time.get().compareTo(LONGEST) > 0)) {
            filter.error(field, "expected 0s to 3600s");
            return Optional.empty();
        }
        return time.map(DurationText::print);
    }

    private static void buffers(ObjectNode out, MessageLimits limits) {
        out.put("maxBytes", limits.bytes());
        out.put("maxBytesHttp2", limits.http2Bytes());
        out.put("maxHeaders", limits.headers());
        out.put("maxHeaderBytes", limits.headerBytes());
    }
}
