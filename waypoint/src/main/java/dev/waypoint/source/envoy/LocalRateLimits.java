package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.ResourceRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code envoy.filters.http.local_ratelimit}. The most specific configuration counts, nothing is merged. The {@code
 * rate_limits} of routes become a filter of their own in front: routes with different ones share the buckets.
 */
final class LocalRateLimits implements FilterReader {

    /** The kind of the filter that limits. */
    static final String FILTER = "envoy-local-ratelimit";

    /** The kind of the filter that makes descriptors. */
    static final String RULES_FILTER = "envoy-rate-limit-rules";

    private static final String TYPE = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";
    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final int MAX_STAGE = 10;

    /** {@code XRateLimitHeadersRFCVersion} in the order of the numbers. */
    private enum HeadersVersion {
        OFF,
        DRAFT_VERSION_03
    }

    /** {@code VhRateLimitsOptions} in the order of the numbers. */
    private enum VirtualHostRates {
        OVERRIDE,
        INCLUDE,
        IGNORE
    }

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
        boolean ofRoute = use.mostSpecific().isPresent();
        Message filter = use.mostSpecific()
                .map(FilterUse.Level::config)
                .orElse(use.filter())
                .binding();
        ResourceRef source = use.mostSpecific().map(FilterUse.Level::ref).orElse(use.listener());
        // The chain's own message is checked although a route replaces it.
        ObjectNode config = config(filter, use.clusters());
        if (ofRoute) {
            config(use.filter(), use.clusters());
            if (!filter.has("token_bucket")) {
                filter.error("token_bucket", "a route needs one");
            }
        }
        List<FilterDraft> out = new ArrayList<>();
        boolean ownRules = config.has("rules");
        rules(filter, use.route(), !ownRules && config.has("descriptors"))
                .ifPresent(rules -> out.add(new FilterDraft(RULES_FILTER, rules, source, "", filter.path())));
        String target = ofRoute ? filter.path() : use.target();
        out.add(new FilterDraft(FILTER, config, source, target, filter.path()));
        return out;
    }

    private static ObjectNode config(Message filter, Clusters clusters) {
        filter.required("stat_prefix");
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        filter.message("status").ifPresent(status -> {
            int code = HttpStatuses.read(status, "code");
            out.put("status", code < 400 ? 429 : code);
        });
        filter.message("token_bucket").ifPresent(bucket -> bucket(bucket, out.putObject("tokenBucket")));
        out.put("enabledMillionths", Fractions.runtime(filter, "filter_enabled").orElse(0));
        out.put(
                "enforcedMillionths",
                Fractions.runtime(filter, "filter_enforced").orElse(0));
        headers(filter, "response_headers_to_add", out, "responseHeaders");
        headers(filter, "request_headers_to_add_when_not_enforced", out, "requestHeadersWhenNotEnforced");
        descriptors(filter, out);
        flags(filter, out);
        cluster(filter, clusters, out);
        out.put("maxDynamicDescriptors", (int) filter.number("max_dynamic_descriptors", 20, 1, Integer.MAX_VALUE));
        ArrayNode rules = JsonNodeFactory.instance.arrayNode();
        filter.messages("rate_limits").forEach(rule -> RateRules.inline(rule).ifPresent(rules::add));
        if (!rules.isEmpty()) {
            out.set("rules", rules);
        }
        return out;
    }

    private static void flags(Message filter, ObjectNode out) {
        HeadersVersion version = filter.choice("enable_x_ratelimit_headers", HeadersVersion.class, HeadersVersion.OFF);
        out.put("rateLimitHeaders", version == HeadersVersion.DRAFT_VERSION_03);
        out.put("perConnection", filter.flag("local_rate_limit_per_downstream_connection", false));
        out.put("alwaysConsumeDefault", filter.flag("always_consume_default_token_bucket", true));
        out.put("resourceExhausted", filter.flag("rate_limited_as_resource_exhausted", false));
        out.put("retryAfter", filter.flag("enable_retry_after_header", false));
    }

    private static void cluster(Message filter, Clusters clusters, ObjectNode out) {
        if (filter.message("local_cluster_rate_limit").isEmpty()) {
            return;
        }
        if (filter.flag("local_rate_limit_per_downstream_connection", false)) {
            filter.error("local_cluster_rate_limit", "excludes local_rate_limit_per_downstream_connection");
        }
        if (!clusters.hasLocal()) {
            filter.error("local_cluster_rate_limit", "needs cluster_manager.local_cluster_name and that cluster");
        }
        out.put("instances", Math.max(1, clusters.localSize()));
    }

    private static void headers(Message filter, String field, ObjectNode out, String ours) {
        List<Message> options = filter.messages(field);
        if (options.size() > 10) {
            filter.error(field, "expected at most 10");
        }
        if (!options.isEmpty()) {
            HeaderEdits.additions(options, out.putArray(ours));
        }
    }

    private static void bucket(Message bucket, ObjectNode out) {
        out.put("maxTokens", bucket.number("max_tokens", 0, 1, 0xffff_ffffL));
        out.put("tokensPerFill", bucket.number("tokens_per_fill", 1, 1, 0xffff_ffffL));
        if (!bucket.has("max_tokens")) {
            bucket.error("max_tokens", "must be set");
        }
        Optional<Duration> interval = bucket.duration("fill_interval");
        if (interval.isEmpty() || interval.get().compareTo(SHORTEST) < 0) {
            bucket.error("fill_interval", "expected at least 0.05s");
        }
        out.put("fillInterval", DurationText.print(interval.orElse(SHORTEST)));
    }

    private static void descriptors(Message filter, ObjectNode out) {
        Set<ArrayNode> seen = new HashSet<>();
        for (Message descriptor : filter.messages("descriptors")) {
            ObjectNode target = out.withArray("descriptors").addObject();
            ArrayNode entries = target.putArray("entries");
            for (Message entry : descriptor.messages("entries")) {
                entries.addObject().put("key", entry.required("key")).put("value", entry.string("value"));
            }
            if (entries.isEmpty()) {
                descriptor.error("entries", "expected at least one");
            }
            if (!seen.add(entries.deepCopy())) {
                descriptor.error("entries", "another descriptor has the same entries");
            }
            Optional<Message> bucket = descriptor.message("token_bucket");
            if (bucket.isEmpty()) {
                descriptor.error("token_bucket", "must be set");
            }
            bucket.ifPresent(found -> bucket(found, target.putObject("tokenBucket")));
            target.put("shadow", descriptor.flag("shadow_mode", false));
        }
    }

    /** The rules of route and virtual host that the filter obeys; empty if there are none. */
    private static Optional<ObjectNode> rules(Message filter, FilterUse.RouteRates rates, boolean wanted) {
        VirtualHostRates option = filter.choice("vh_rate_limits", VirtualHostRates.class, VirtualHostRates.OVERRIDE);
        long stage = filter.number("stage", 0, 0, MAX_STAGE);
        ArrayNode ofRoute = rules(rates.route(), stage);
        ArrayNode ofHost = rules(rates.virtualHost(), stage);
        if (!wanted) {
            return Optional.empty();
        }
        boolean host = switch (option) {
            case OVERRIDE -> rates.route().isEmpty();
            case INCLUDE -> true;
            case IGNORE -> false;
        };
        if (host || rates.includeVirtualHost()) {
            ofRoute.addAll(ofHost);
        }
        return Optional.of(JsonNodeFactory.instance.objectNode().set("rules", ofRoute));
    }

    private static ArrayNode rules(List<Message> limits, long stage) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        limits.forEach(limit -> RateRules.ofRoute(limit, stage).ifPresent(out::add));
        return out;
    }
}
