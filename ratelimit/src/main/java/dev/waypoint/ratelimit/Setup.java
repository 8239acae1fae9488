package dev.waypoint.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import java.math.BigInteger;
import java.time.Duration;

/**
 * A limit with its bucket4j form. Buckets compare the latter by identity to see that their rate has changed, so it is
 * kept when a new configuration has the same rate.
 *
 * @param refill tokens that come back in {@code refillNanos}: the rate in lowest terms
 */
record Setup(Limit limit, BucketConfiguration bandwidth, long refill, long refillNanos) {

    /**
     * A million a day is 1 in 86.4 ms; refill that is spread evenly makes them the same, and small numbers keep products
     * within 64 bits, where they are exact.
     */
    static Setup of(Limit limit) {
        Rate rate = limit.rate();
        long period = rate.period().toNanos();
        long divisor = BigInteger.valueOf(period)
                .gcd(BigInteger.valueOf(rate.requests()))
                .longValueExact();
        long refill = rate.requests() / divisor;
        long refillNanos = period / divisor;
        BucketConfiguration bandwidth = BucketConfiguration.builder()
                .addLimit(builder -> builder.capacity(rate.burst()).refillGreedy(refill, Duration.ofNanos(refillNanos)))
                .build();
        return new Setup(limit, bandwidth, refill, refillNanos);
    }

    Setup with(Limit changed) {
        return changed.rate().equals(limit.rate()) ? new Setup(changed, bandwidth, refill, refillNanos) : of(changed);
    }

    /**
     * Nanoseconds, rounded up, in which {@code tokens} come back.
     *
     * @param head what has come back towards the next token, in units of one {@code refillNanos}-th of a token
     */
    long nanosFor(long tokens, long head) {
        if (Math.multiplyHigh(tokens, refillNanos) != 0 || tokens * refillNanos < 0) {
            return (long) Math.ceil(((double) tokens * refillNanos - head) / refill);
        }
        return Math.ceilDiv(tokens * refillNanos - head, refill);
    }
}
