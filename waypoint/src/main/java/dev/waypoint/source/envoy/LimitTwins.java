package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.RouteIr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says Envoy's local rate limits as RateLimitPolicies, where these mean the same: one bucket for all requests of the Gateway, of a
 * route, or of a rule.
 */
final class LimitTwins {

    private static final int ALL = 1_000_000;

    private final String gateway;
    private final List<RoutePart> parts;
    private final Map<FilterIr, FilterDraft> drafts;
    private final Map<FilterIr, List<Place>> uses = new LinkedHashMap<>();

    /** A rule of a route that is written. */
    private record Place(RoutePart route, int rule) {}

    /** What a policy is for; the section is empty for all of the object. */
    private record Target(String kind, String name, String section) {}

    /**
     * @param gateway the name of the Gateway
     * @param parts all routes that are written for it
     */
    LimitTwins(String gateway, List<RoutePart> parts, Map<FilterIr, FilterDraft> drafts) {
        this.gateway = gateway;
        this.parts = parts;
        this.drafts = drafts;
        for (RoutePart part : parts) {
            for (int i = 0; i < part.routes().size(); i++) {
                for (FilterIr filter : part.routes().get(i).rule().filters()) {
                    uses.computeIfAbsent(filter, absent -> new ArrayList<>()).add(new Place(part, i));
                }
            }
        }
    }

    /** Whether a limit is there to be switched on elsewhere: it does nothing. */
    static boolean isOff(ObjectNode config) {
        return config.path("enabledMillionths").asInt() == 0;
    }

    /** Why a limit stays a filter; empty if a policy says it. */
    Optional<String> reason(FilterIr filter) {
        FilterDraft draft = drafts.get(filter);
        return draft == null
                ? Optional.of("")
                : reason(draft.config())
                        .or(() -> target(filter).isPresent()
                                ? Optional.empty()
                                : Optional.of(
                                        "several rules share its bucket, but not all of a route or of the Gateway"));
    }

    private static Optional<String> reason(ObjectNode config) {
        if (config.path("tokenBucket").isMissingNode()) {
            return Optional.of("it has no bucket of its own");
        }
        if (!config.path("descriptors").isEmpty() || !config.path("rules").isEmpty()) {
            return Optional.of("descriptors are charged one after another, limits of a policy all or none");
        }
        if (config.path("enabledMillionths").asInt() != ALL) {
            return Optional.of("filter_enabled is not 100 percent");
        }
        int enforced = config.path("enforcedMillionths").asInt();
        if (enforced != ALL && enforced != 0) {
            return Optional.of("filter_enforced is neither 0 nor 100 percent");
        }
        if (config.path("perConnection").asBoolean() || config.path("instances").asInt(1) > 1) {
            return Optional.of("its buckets are of connections or of a local cluster");
        }
        if (!config.path("requestHeadersWhenNotEnforced").isEmpty()) {
            return Optional.of("a policy does not mark the requests that it lets through");
        }
        for (JsonNode edit : config.path("responseHeaders")) {
            boolean fixed = !edit.path("operation").asText().equals("remove")
                    && !edit.path("value").asText().contains("%")
                    && !edit.path("name").asText().startsWith(":");
            if (!fixed) {
                return Optional.of("the headers of its refusals are not fixed");
            }
        }
        return Optional.empty();
    }

    private Optional<Target> target(FilterIr filter) {
        List<Place> places = uses.getOrDefault(filter, List.of());
        int all = parts.stream().mapToInt(part -> part.routes().size()).sum();
        if (places.size() == all) {
            return Optional.of(new Target("Gateway", gateway, ""));
        }
        RoutePart route = places.getFirst().route;
        boolean oneRoute = places.stream().allMatch(place -> place.route.equals(route));
        if (oneRoute && places.size() == route.routes().size()) {
            return Optional.of(new Target("HTTPRoute", route.name(), ""));
        }
        return places.size() == 1
                ? Optional.of(new Target("HTTPRoute", route.name(), ruleName(places.getFirst().rule)))
                : Optional.empty();
    }

    /** Whether a policy is for this rule alone, so that it needs a name. */
    boolean isNamed(RouteIr route) {
        return route.rule().filters().stream()
                .filter(filter -> filter.filter().equals(LocalRateLimits.FILTER)
                        && reason(filter).isEmpty())
                .anyMatch(filter -> target(filter)
                        .filter(target -> !target.section().isEmpty())
                        .isPresent());
    }

    static String ruleName(int index) {
        return "rule-" + (index + 1);
    }

    /** Writes the policies. */
    void write(Conversion out) {
        int number = 0;
        for (FilterIr filter : uses.keySet()) {
            if (filter.filter().equals(LocalRateLimits.FILTER) && reason(filter).isEmpty()) {
                String name = Conversion.name(gateway, "limit", String.valueOf(++number));
                ObjectNode config = Optional.ofNullable(drafts.get(filter))
                        .map(FilterDraft::config)
                        .orElseThrow(() -> new IllegalStateException("a filter with a twin has a draft"));
                target(filter).ifPresent(target -> write(out, name, target, config));
            }
        }
        if (number > 1) {
            out.loss("RateLimitPolicies of " + gateway
                    + ": where several apply, a request that one of them refuses takes nothing from the others");
        }
    }

    private static void write(Conversion out, String name, Target target, ObjectNode config) {
        ObjectNode spec =
                out.object("waypoint.dev/v1alpha1", "RateLimitPolicy", name).putObject("spec");
        ObjectNode ref = spec.putArray("targetRefs").addObject();
        ref.put("kind", target.kind).put("name", target.name);
        if (!target.section.isEmpty()) {
            ref.put("sectionName", target.section);
        }
        boolean enforced = config.path("enforcedMillionths").asInt() == ALL;
        if (enforced && config.path("rateLimitHeaders").asBoolean()) {
            spec.put("headers", "XRateLimit");
        }
        int status = config.path("status").asInt(429);
        spec.put("retryAfter", config.path("retryAfter").asBoolean() && status == 429);
        JsonNode bucket = config.path("tokenBucket");
        ObjectNode limit = spec.putArray("limits").addObject();
        limit.put("name", "requests");
        limit.put("requests", bucket.path("tokensPerFill").asLong());
        limit.put("per", bucket.path("fillInterval").asText());
        limit.put("burst", bucket.path("maxTokens").asLong());
        if (!enforced) {
            limit.put("mode", "Shadow");
        }
        ObjectNode response = limit.putObject("response").put("body", "local_rate_limited");
        response.put("grpcStatus", config.path("resourceExhausted").asBoolean() ? 8 : 14);
        if (status != 429) {
            response.put("statusCode", status);
        }
        for (JsonNode edit : config.path("responseHeaders")) {
            response.withArray("headers")
                    .addObject()
                    .put("name", edit.path("name").asText())
                    .put("value", edit.path("value").asText());
        }
        if (target.kind.equals("Gateway")) {
            out.loss("RateLimitPolicy " + name + ": requests that no route takes are not counted");
        }
    }
}
