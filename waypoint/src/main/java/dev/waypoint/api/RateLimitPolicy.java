package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Size;
import java.util.List;

/**
 * {@code RateLimitPolicy.spec}. Every limit of every level must admit a request. The limits themselves are read into the
 * configuration record of the filter {@code rate-limit}, which defines their fields, so that both forms are one.
 *
 * @param targetRefs what it is attached to
 * @param limits the limits
 * @param headers which response headers tell the client about its limits
 * @param retryAfter whether a refusal carries {@code retry-after}
 * @param exclude limits of higher levels, as {@code policy/limit}, that do not count here
 * @param allowExclude whether lower levels may exclude limits of this policy
 */
public record RateLimitPolicy(
        @Size(min = 1, max = 16) List<PolicyTarget> targetRefs,
        List<JsonNode> limits,
        @Default("\"None\"") JsonNode headers,
        @Default("true") boolean retryAfter,
        List<String> exclude,
        @Default("false") boolean allowExclude,
        @Default("\"Enforced\"") JsonNode enforcement) {
    public RateLimitPolicy {
        targetRefs = List.copyOf(targetRefs);
        limits = List.copyOf(limits);
        exclude = List.copyOf(exclude);
    }
}
