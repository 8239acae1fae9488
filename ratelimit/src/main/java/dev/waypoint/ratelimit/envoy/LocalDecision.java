package dev.waypoint.ratelimit.envoy;

import java.util.Optional;

/**
 * What the limiter said about a request.
 *
 * @param result whether it may go on
 * @param bucket the bucket to speak of in response headers: the one that refused, else the slowest that was charged, else
 *     the default one; empty if nothing was limited
 * @param headers the header option of the rule behind that bucket
 */
public record LocalDecision(Result result, Optional<TokenBucket> bucket, RequestDescriptor.HeaderOption headers) {

    /** How a decision came out. */
    public enum Result {
        ALLOWED,
        LIMITED,
        /** Only shadow descriptors refused. */
        SHADOW_LIMITED
    }
}
