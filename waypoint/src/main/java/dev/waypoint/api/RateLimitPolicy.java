package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Optional;

/**
 * {@code RateLimitPolicy.spec}. Every limit of every level must admit a request. The limits themselves are read into the
 * configuration record of the filter {@code rate-limit}, which defines their fields, so that both forms are one.
 */
@Doc("Limits how many requests pass. Every limit of every level must admit a request: limits of a Gateway, of its"
        + " listener, of a Service, of a route and of its rule add up.")
@Rule(
        cel = "(has(self.targetRefs) && size(self.targetRefs) > 0)"
                + " || (has(self.targetSelectors) && size(self.targetSelectors) > 0)",
        message = "there is no target, expected some in targetRefs or targetSelectors")
@Rule(
        cel = "(has(self.limits) && size(self.limits) > 0) || (has(self.concurrency) && size(self.concurrency) > 0)",
        message = "there is no limit, expected some in limits or concurrency")
public record RateLimitPolicy(
        @Doc("What the limits are for, by name; needed unless there are selectors.") @Size(max = 16)
        List<PolicyTarget> targetRefs,

        @Doc("What else they are for: objects of this namespace, by their labels.") @Size(max = 8)
        List<TargetSelector> targetSelectors,

        @Doc("The limits; a request passes if all that are for it admit it.") @Size(max = 32)
        List<JsonNode> limits,

        @Doc("Limits of requests under way; they are asked first.") @Size(max = 16)
        List<JsonNode> concurrency,

        @Doc("Which response headers tell clients about these limits.") @Default("\"None\"")
        JsonNode headers,

        @Doc("Whether refusals say in `Retry-After` when to come back.") @Default("true")
        boolean retryAfter,

        @Doc("Limits of wider levels that do not count here, as `policy/limit`; only if that policy has"
                + " `allowExclude`.")
        @Size(max = 32)
        List<String> exclude,

        @Doc("Whether policies of narrower levels may exclude these limits.") @Default("false")
        boolean allowExclude,

        @Doc("Whether refusals count: `Enforced`, `Shadow` (counted only), or `{sampled: \"5%\"}` of the requests.")
        @Default("\"Enforced\"")
        JsonNode enforcement,

        @Doc("The store of limits with `scope: Global`, which needs it.")
        Optional<JsonNode> global) {
    public RateLimitPolicy {
        targetRefs = List.copyOf(targetRefs);
        targetSelectors = List.copyOf(targetSelectors);
        if (targetRefs.isEmpty() && targetSelectors.isEmpty()) {
            throw new IllegalArgumentException("there is no target, expected some in targetRefs or targetSelectors");
        }
        limits = List.copyOf(limits);
        concurrency = List.copyOf(concurrency);
        exclude = List.copyOf(exclude);
    }
}
