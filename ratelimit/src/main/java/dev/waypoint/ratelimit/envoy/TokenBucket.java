package dev.waypoint.ratelimit.envoy;

import dev.waypoint.ratelimit.NanoClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Envoy's bucket: tokens are a real number computed from one time, that at which the bucket would have been empty if
 * nobody had taken any since. Taking moves that time; threads settle it by compare-and-set.
 */
public final class TokenBucket {

    /** Far below a token, far above the rounding of doubles: a wait of 2.000000001 s is 2 s. */
    private static final double ROUNDING = 1e-6;

    private final NanoClock clock;
    private final long origin;
    private final double maxTokens;
    private final double fillRate;
    private final boolean shadow;
    private final AtomicLong emptyAt;

    TokenBucket(TokenBucketConfig config, boolean shadow, NanoClock clock) {
        this.clock = clock;
        this.origin = clock.nanos();
        this.maxTokens = config.maxTokens();
        this.fillRate = config.fillRate();
        this.shadow = shadow;
        this.emptyAt = new AtomicLong(Double.doubleToRawLongBits(-maxTokens / fillRate));
    }

    /**
     * Takes tokens if there are so many.
     *
     * @param share this instance's part of the bucket, above 0 to 1: a hit costs 1/share tokens
     */
    boolean consume(long hits, double share) {
        double cost = hits / share;
        double now = seconds();
        while (true) {
            long before = emptyAt.get();
            double tokens = tokens(before, now);
            // Envoy takes "consumed nothing" for "could not consume", so a request without hits is refused.
            if (tokens < cost || cost == 0) {
                return false;
            }
            if (moveTo(before, tokens - cost, now)) {
                return true;
            }
        }
    }

    /** Gives tokens back, up to the size of the bucket. */
    void refill(long hits) {
        double now = seconds();
        while (hits > 0) {
            long before = emptyAt.get();
            if (moveTo(before, Math.min(maxTokens, tokens(before, now) + hits), now)) {
                return;
            }
        }
    }

    /** Value of {@code x-ratelimit-limit}: the size, whatever share of it this instance has. */
    public long limit() {
        return (long) maxTokens;
    }

    /** Value of {@code x-ratelimit-remaining}: whole tokens now. */
    public long remaining() {
        return (long) Math.max(0, Math.floor(tokens(emptyAt.get(), seconds())));
    }

    /** Value of {@code x-ratelimit-reset}: seconds until there is a token, rounded up, 0 if there is one. */
    public long resetSeconds() {
        double tokens = tokens(emptyAt.get(), seconds());
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / fillRate - ROUNDING);
    }

    /** Value of {@code retry-after}: as the reset, but never 0. */
    public long retryAfterSeconds() {
        return Math.max(1, resetSeconds());
    }

    boolean shadow() {
        return shadow;
    }

    double fillRate() {
        return fillRate;
    }

    private boolean moveTo(long before, double tokens, double now) {
        return emptyAt.compareAndSet(before, Double.doubleToRawLongBits(now - tokens / fillRate));
    }

    private double tokens(long emptyBits, double now) {
        return Math.min(maxTokens, (now - Double.longBitsToDouble(emptyBits)) * fillRate);
    }

    /** Counted from the bucket's own beginning, where doubles are finest. */
    private double seconds() {
        return (clock.nanos() - origin) / 1e9;
    }
}
