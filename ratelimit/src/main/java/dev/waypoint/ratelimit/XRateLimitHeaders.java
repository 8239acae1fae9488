package dev.waypoint.ratelimit;

import java.util.Optional;

/**
 * Values of the {@code X-RateLimit-*} response fields in the form that Envoy calls DRAFT_VERSION_03 (after
 * draft-polli-ratelimit-headers-03), as its {@code local_ratelimit} filter gives them: of one limit, without policies.
 *
 * @param limit size of the bucket
 * @param remaining tokens left
 * @param reset seconds until a request like this one can be admitted, rounded up; 0 if it can be now
 */
public record XRateLimitHeaders(String limit, String remaining, String reset) {

    public static final String LIMIT = "X-RateLimit-Limit";
    public static final String REMAINING = "X-RateLimit-Remaining";
    public static final String RESET = "X-RateLimit-Reset";

    /** The values for the tightest limit; empty if no enforced limit was asked. */
    public static Optional<XRateLimitHeaders> of(Decision decision) {
        return decision.tightest().map(XRateLimitHeaders::of);
    }

    private static XRateLimitHeaders of(Verdict verdict) {
        return new XRateLimitHeaders(
                Long.toString(verdict.limit().rate().burst()),
                Long.toString(verdict.remaining()),
                Long.toString(DraftHeaders.seconds(verdict.retryNanos())));
    }
}
