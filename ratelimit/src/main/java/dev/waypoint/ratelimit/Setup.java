package dev.waypoint.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A limit with its rate in lowest terms: {@code refill} tokens come back in {@code refillNanos}. A million a day is 1 in 86.4 ms; refill
 * that is spread evenly makes them the same, and small numbers keep products within 64 bits, where they are exact.
 */
final class Setup {

    final Limit limit;
    final long burst;
    final long cost;
    final boolean enforced;
    final boolean divided;
    final long refill;
    final long refillNanos;
    /** Times up to this long can be multiplied by {@link #refill}, and a part of a token added. */
    final long longestProduct;
    /** So many tokens can be multiplied by {@link #refillNanos}. */
    final long mostProduct;
    /** Made when it is asked for, which is for global limits alone; whoever makes it, they are equal. */
    private volatile @Nullable BucketConfiguration bandwidth;

    private Setup(Limit limit) {
        Rate rate = limit.rate();
        long period = rate.period().toNanos();
        long divisor = BigInteger.valueOf(period)
                .gcd(BigInteger.valueOf(rate.requests()))
                .longValueExact();
        this.limit = limit;
        this.burst = rate.burst();
        this.cost = limit.cost();
        this.enforced = limit.enforced();
        this.divided = limit.scope() instanceof Limit.Scope.Divided;
        this.refill = rate.requests() / divisor;
        this.refillNanos = period / divisor;
        this.longestProduct = (Long.MAX_VALUE - refillNanos) / refill;
        this.mostProduct = Long.MAX_VALUE / refillNanos;
    }

    static Setup of(Limit limit) {
        return new Setup(limit);
    }

    Limit limit() {
        return limit;
    }

    /** Whether levels of buckets mean the same under another setup. */
    boolean hasRateOf(Setup other) {
        return burst == other.burst && refill == other.refill && refillNanos == other.refillNanos;
    }

    /** The rate in bucket4j's form. */
    BucketConfiguration bandwidth() {
        BucketConfiguration known = bandwidth;
        if (known == null) {
            known = BucketConfiguration.builder()
                    .addLimit(builder -> builder.capacity(burst).refillGreedy(refill, Duration.ofNanos(refillNanos)))
                    .build();
            bandwidth = known;
        }
        return known;
    }

    /**
     * Nanoseconds, rounded up, in which {@code tokens} come back.
     *
     * @param head what has come back towards the next token, in units of one {@code refillNanos}-th of a token
     */
    long nanosFor(long tokens, long head) {
        if (tokens > mostProduct) {
            return (long) Math.ceil(((double) tokens * refillNanos - head) / refill);
        }
        return Math.ceilDiv(tokens * refillNanos - head, refill);
    }
}
