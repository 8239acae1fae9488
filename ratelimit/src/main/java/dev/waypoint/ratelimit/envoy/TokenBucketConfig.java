package dev.waypoint.ratelimit.envoy;

import java.time.Duration;

/**
 * Envoy's {@code envoy.type.v3.TokenBucket}. Despite its name {@code fillInterval} is no interval at which tokens come in
 * bunches: they come back evenly, {@code tokensPerFill} in that time.
 *
 * @param maxTokens size, and tokens at the start, 1 to 2³²−1
 * @param tokensPerFill 1 to 2³²−1
 * @param fillInterval at least 50 ms
 */
public record TokenBucketConfig(long maxTokens, long tokensPerFill, Duration fillInterval) {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);
    private static final long UINT32_MAX = 0xffff_ffffL;

    /** @throws IllegalArgumentException naming the field, the value and what was expected */
    public TokenBucketConfig {
        count("max_tokens", maxTokens);
        count("tokens_per_fill", tokensPerFill);
        if (fillInterval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException(
                    "token_bucket.fill_interval is " + fillInterval + ", expected at least " + SHORTEST_INTERVAL);
        }
    }

    /** Tokens a second. */
    double fillRate() {
        return tokensPerFill / (fillInterval.toNanos() / 1e9);
    }

    private static void count(String field, long value) {
        if (value < 1 || value > UINT32_MAX) {
            throw new IllegalArgumentException(
                    "token_bucket." + field + " is " + value + ", expected 1 to " + UINT32_MAX);
        }
    }
}
