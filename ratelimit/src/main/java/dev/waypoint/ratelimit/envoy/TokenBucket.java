package dev.waypoint.ratelimit.envoy;

import dev.waypoint.ratelimit.Keyed;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.NanoClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's bucket: tokens are a real number computed from one time, that at which the bucket would have been empty if
 * nobody had taken any since. Taking moves that time; threads settle it by compare-and-set.
 */
public final class TokenBucket extends Keyed<TokenBucket> {

    /** Far below a token, far above the rounding of doubles: a wait of 2.000000001 s is 2 s. */
    private static final double ROUNDING = 1e-6;

    private static final VarHandle EMPTY_AT = emptyAtHandle();

    private final Kind kind;

    /** The bits of a double, in seconds. */
    private volatile long emptyAt;

    /** Neighbours in the order of use, for {@link RecentBuckets} alone. */
    @Nullable
    TokenBucket older;

    @Nullable
    TokenBucket newer;

    /** What buckets of one descriptor have in common. */
    static final class Kind {
        private final NanoClock clock;
        private final long origin;
        private final double maxTokens;
        private final double fillRate;
        private final boolean shadow;

        Kind(TokenBucketConfig config, boolean shadow, NanoClock clock) {
            this.clock = clock;
            this.origin = clock.nanos();
            this.maxTokens = config.maxTokens();
            this.fillRate = config.fillRate();
            this.shadow = shadow;
        }

        /** Counted from the beginning of the first bucket, where doubles are finest. */
        private double seconds() {
            return (clock.nanos() - origin) / 1e9;
        }
    }

    /** A full bucket. */
    TokenBucket(LimitKey key, Kind kind) {
        super(key);
        this.kind = kind;
        this.emptyAt = Double.doubleToRawLongBits(kind.seconds() - kind.maxTokens / kind.fillRate);
    }

    private static VarHandle emptyAtHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(TokenBucket.class, "emptyAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Takes tokens if there are so many.
     *
     * @param share this instance's part of the bucket, above 0 to 1: a hit costs 1/share tokens
     */
    boolean consume(long hits, double share) {
        double cost = hits / share;
        double now = kind.seconds();
        while (true) {
            long before = emptyAt;
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
        double now = kind.seconds();
        while (hits > 0) {
            long before = emptyAt;
            if (moveTo(before, Math.min(kind.maxTokens, tokens(before, now) + hits), now)) {
                return;
            }
        }
    }

    /** Value of {@code x-ratelimit-limit}: the size, whatever share of it this instance has. */
    public long limit() {
        return (long) kind.maxTokens;
    }

    /** Value of {@code x-ratelimit-remaining}: whole tokens now. */
    public long remaining() {
        return (long) Math.max(0, Math.floor(tokens(emptyAt, kind.seconds())));
    }

    /** Value of {@code x-ratelimit-reset}: seconds until there is a token, rounded up, 0 if there is one. */
    public long resetSeconds() {
        double tokens = tokens(emptyAt, kind.seconds());
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / kind.fillRate - ROUNDING);
    }

    /** Value of {@code retry-after}: as the reset, but never 0. */
    public long retryAfterSeconds() {
        return Math.max(1, resetSeconds());
    }

    boolean shadow() {
        return kind.shadow;
    }

    double fillRate() {
        return kind.fillRate;
    }

    private boolean moveTo(long before, double tokens, double now) {
        return EMPTY_AT.compareAndSet(this, before, Double.doubleToRawLongBits(now - tokens / kind.fillRate));
    }

    private double tokens(long emptyBits, double now) {
        return Math.min(kind.maxTokens, (now - Double.longBitsToDouble(emptyBits)) * kind.fillRate);
    }
}
