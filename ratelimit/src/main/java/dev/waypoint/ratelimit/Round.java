package dev.waypoint.ratelimit;

import dev.waypoint.ratelimit.Verdict.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision in the making: find the buckets, lock them all in order, ask each, then let all take or none. They are
 * found before any is locked, because a table may lock buckets in order to make room.
 */
final class Round {

    private final LimitTable[] limits;
    private final int[] lockOrder;
    private final Subject[] subjects;
    private final long now;
    private final @Nullable Bucket[] buckets;
    private final Verdict[] verdicts;
    private boolean admitted = true;

    Round(LimitTable[] limits, int[] lockOrder, Subject[] subjects, long now) {
        this.limits = limits;
        this.lockOrder = lockOrder;
        this.subjects = subjects;
        this.now = now;
        this.buckets = new Bucket[limits.length];
        this.verdicts = new Verdict[limits.length];
    }

    Decision decide() {
        for (int i = 0; i < limits.length; i++) {
            buckets[i] = subjects[i] instanceof LimitKey key ? limits[i].bucket(key, now) : null;
        }
        while (!settle(0)) {
            // A bucket was evicted between finding and locking it. Nothing was taken yet: start over.
            admitted = true;
            findAgain();
        }
        return admitted ? new Decision.Admitted(List.of(verdicts)) : new Decision.Limited(List.of(verdicts));
    }

    private void findAgain() {
        for (int i = 0; i < limits.length; i++) {
            if (subjects[i] instanceof LimitKey key) {
                buckets[i] = limits[i].bucketAfterEviction(key, now);
            }
        }
    }

    /**
     * Locks and asks the limits from {@code depth} on. The call at the bottom returns with every bucket locked and
     * {@link #admitted} final; takings and verdicts are made on the way back.
     *
     * @return false if a bucket turned out to be evicted
     */
    private boolean settle(int depth) {
        if (depth == lockOrder.length) {
            return true;
        }
        int i = lockOrder[depth];
        Bucket bucket = buckets[i];
        return bucket == null ? settleAbsent(i, depth) : settleBucket(i, depth, bucket);
    }

    private boolean settleBucket(int i, int depth, Bucket bucket) {
        LimitTable table = limits[i];
        synchronized (bucket) {
            if (bucket.evicted()) {
                return false;
            }
            Setup setup = table.setup();
            Limit limit = setup.limit();
            bucket.refresh(setup, now);
            long charge = table.charge(limit);
            // A share may be smaller than one request: it is admitted when the bucket is full, and paid off afterwards.
            long needed = Math.min(charge, limit.rate().burst());
            boolean pays = bucket.tokens() >= needed;
            if (!pays && limit.enforced()) {
                admitted = false;
            }
            if (!settle(depth + 1)) {
                return false;
            }
            if (pays && admitted) {
                bucket.take(charge, setup, now);
                table.admitted.increment();
            } else if (!pays) {
                bucket.countLimited();
            }
            Outcome outcome = pays ? Outcome.PASSED : refused(table, limit);
            verdicts[i] = verdict(i, bucket, setup, outcome, charge);
            return true;
        }
    }

    private boolean settleAbsent(int i, int depth) {
        Limit limit = limits[i].limit();
        boolean rejects = subjects[i] == Subject.Absent.REJECT;
        if (rejects && limit.enforced()) {
            admitted = false;
        }
        if (!settle(depth + 1)) {
            return false;
        }
        Outcome outcome = rejects ? refused(limits[i], limit) : Outcome.SKIPPED;
        verdicts[i] = new Verdict(limit, subjects[i], outcome, 0, 0, 0, 0);
        return true;
    }

    private static Outcome refused(LimitTable table, Limit limit) {
        return switch (limit.mode()) {
            case ENFORCE -> {
                table.limited.increment();
                yield Outcome.LIMITED;
            }
            case SHADOW -> {
                table.shadowLimited.increment();
                yield Outcome.SHADOW_LIMITED;
            }
        };
    }

    private Verdict verdict(int i, Bucket bucket, Setup setup, Outcome outcome, long charge) {
        Limit limit = setup.limit();
        long burst = limit.rate().burst();
        long needed = Math.min(charge, burst);
        long unit = charge / limit.cost();
        long tokens = Math.max(0, bucket.tokens());
        long remaining = tokens >= needed ? Math.max(limit.cost(), tokens / unit) : tokens / unit;
        long next = Math.min(burst, (remaining + 1) * unit);
        return new Verdict(
                limit,
                subjects[i],
                outcome,
                remaining,
                bucket.nanosUntil(next, setup),
                bucket.nanosUntil(burst, setup),
                bucket.nanosUntil(needed, setup));
    }
}
