package dev.waypoint.ratelimit;

import java.math.BigInteger;

/**
 * A bucket of this replica: whole tokens and an exact remainder, refilled continuously, indifferent to a clock that stands or steps
 * back.
 */
final class LocalBucket extends Bucket {

    private Setup setup;
    private boolean used;
    private long tokens;
    /** What has come back towards the next token, in units of one {@code refillNanos}-th of it; 0 in a full bucket. */
    private long head;

    private long refilledAt;

    /** A full bucket. Until it is used it counts as if it had been: it is made for a request. */
    LocalBucket(LimitKey key, Setup setup, long now) {
        super(key);
        this.setup = setup;
        this.tokens = setup.burst;
        this.refilledAt = now;
        this.rank = now + setup.nanosFor(setup.cost, 0);
    }

    @Override
    void refresh(Setup current, long now) {
        refill(now);
        Setup before = setup;
        if (before != current) {
            setup = current;
            if (!before.hasRateOf(current)) {
                scale(before);
            }
        }
    }

    private void refill(long now) {
        Setup rate = setup;
        long elapsed = now - refilledAt;
        if (elapsed <= 0) {
            return;
        }
        refilledAt = now;
        long missing = rate.burst - tokens;
        if (missing <= 0) {
            return;
        }
        if (elapsed > rate.longestProduct) {
            refillExactly(elapsed);
            return;
        }
        long units = elapsed * rate.refill + head;
        // Most buckets are full again when they are asked, and then need no division.
        if (missing <= rate.mostProduct && units >= missing * rate.refillNanos) {
            tokens = rate.burst;
            head = 0;
        } else if (units < rate.refillNanos) {
            head = units;
        } else {
            tokens += units / rate.refillNanos;
            head = units % rate.refillNanos;
        }
    }

    /** For products beyond 64 bits, which only very long times at very odd rates have. */
    private void refillExactly(long elapsed) {
        level(BigInteger.valueOf(elapsed)
                .multiply(BigInteger.valueOf(setup.refill))
                .add(level(setup)));
    }

    /** Keeps the fill level in proportion to the burst, to the smallest unit. */
    private void scale(Setup before) {
        level(level(before)
                .multiply(BigInteger.valueOf(setup.burst))
                .multiply(BigInteger.valueOf(setup.refillNanos))
                .divide(BigInteger.valueOf(before.burst).multiply(BigInteger.valueOf(before.refillNanos))));
    }

    private BigInteger level(Setup of) {
        return BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(of.refillNanos))
                .add(BigInteger.valueOf(head));
    }

    private void level(BigInteger units) {
        BigInteger unit = BigInteger.valueOf(setup.refillNanos);
        BigInteger part = units.mod(unit);
        BigInteger whole = units.subtract(part).divide(unit);
        boolean full = whole.compareTo(BigInteger.valueOf(setup.burst)) >= 0;
        tokens = full ? setup.burst : whole.longValueExact();
        head = full ? 0 : part.longValueExact();
    }

    /** A share may be smaller than one request: it is admitted when the bucket is full, and paid off afterwards. */
    boolean pays(long charge) {
        return tokens >= Math.min(charge, setup.burst);
    }

    void take(long charge) {
        used = true;
        tokens -= charge;
    }

    @Override
    Answer ask(LimitTable table, long charge, boolean away, long now) {
        return pays(charge) ? Answer.PAYS : Answer.REFUSES;
    }

    @Override
    void take(LimitTable table, long charge, long now) {
        take(charge);
    }

    @Override
    long tokens() {
        return tokens;
    }

    @Override
    long nanosUntil(long wanted, Setup current) {
        long missing = wanted - tokens;
        return missing <= 0 ? 0 : current.nanosFor(missing, head);
    }

    @Override
    long fullAt() {
        if (!used) {
            return rank;
        }
        long wait = nanosUntil(setup.burst, setup);
        return refilledAt > Long.MAX_VALUE - wait ? Long.MAX_VALUE : refilledAt + wait;
    }
}
