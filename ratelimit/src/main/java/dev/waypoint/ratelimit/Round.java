package dev.waypoint.ratelimit;

import dev.waypoint.ratelimit.Bucket.Answer;
import dev.waypoint.ratelimit.Decision.Attempt;
import dev.waypoint.ratelimit.Verdict.Outcome;
import java.util.ArrayList;
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
    private final Attempt attempt;
    // Lists of their own only where there are global limits, which is where something is added.
    private List<Decision.Want> wants = List.of();
    private List<Decision.Want> runningLow = List.of();
    private boolean refused;

    Round(LimitTable[] limits, int[] lockOrder, Subject[] subjects, Attempt attempt, long now) {
        this.limits = limits;
        this.lockOrder = lockOrder;
        this.subjects = subjects;
        this.attempt = attempt;
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
            refused = false;
            wants = List.of();
            findAgain();
        }
        for (Decision.Want want : runningLow) {
            limits[want.limit()].source().runsLow(want.key());
        }
        if (refused) {
            return new Decision.Limited(List.of(verdicts));
        }
        return wants.isEmpty() ? new Decision.Admitted(List.of(verdicts)) : new Decision.Pending(wants);
    }

    private void findAgain() {
        for (int i = 0; i < limits.length; i++) {
            if (subjects[i] instanceof LimitKey key) {
                buckets[i] = limits[i].bucketAfterEviction(key, now);
            }
        }
    }

    /** Whether the request has to wait for tokens, which a refusal saves it. */
    private boolean isPending() {
        return !refused && !wants.isEmpty();
    }

    /**
     * Locks and asks the limits from {@code depth} on. The call at the bottom returns with every bucket locked and
     * {@link #refused} final; takings and verdicts are made on the way back.
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
            Answer answer = ask(i, bucket, charge);
            if (limit.enforced() && (answer == Answer.REFUSES || answer == Answer.UNREACHABLE)) {
                refused = true;
            }
            if (!settle(depth + 1)) {
                return false;
            }
            if (isPending()) {
                if (answer == Answer.UNKNOWN) {
                    ((LeasedBucket) bucket).want(charge);
                }
            } else {
                conclude(i, bucket, answer, charge);
            }
            return true;
        }
    }

    private Answer ask(int i, Bucket bucket, long charge) {
        Answer answer = bucket.ask(limits[i], charge, isAway(limits[i]), now);
        if (answer != Answer.UNKNOWN) {
            return answer;
        }
        if (attempt == Attempt.LAST) {
            return Answer.REFUSES;
        }
        wants = with(wants, i, bucket);
        return answer;
    }

    private boolean isAway(LimitTable table) {
        return attempt == Attempt.UNANSWERED || table.source().isAway();
    }

    /** The decision is made: takes and counts. */
    private void conclude(int i, Bucket bucket, Answer answer, long charge) {
        LimitTable table = limits[i];
        Setup setup = table.setup();
        Limit limit = setup.limit();
        Outcome outcome = switch (answer) {
            case PAYS, FREE -> {
                if (!refused) {
                    bucket.take(table, charge, now);
                    bucket.countAdmitted();
                    table.admitted.increment();
                    orderIfLow(i, bucket);
                }
                yield Outcome.PASSED;
            }
            case REFUSES, UNREACHABLE -> {
                bucket.countLimited();
                yield refused(table, limit, answer == Answer.UNREACHABLE ? Outcome.UNREACHABLE : Outcome.LIMITED);
            }
            case UNKNOWN -> Outcome.SKIPPED;
        };
        verdicts[i] = outcome == Outcome.SKIPPED
                ? new Verdict(limit, Subject.Absent.SKIP, outcome, 0, 0, 0, 0)
                : verdict(i, bucket, setup, outcome, charge);
    }

    private void orderIfLow(int i, Bucket bucket) {
        if (bucket instanceof LeasedBucket leased && leased.isRunningLow(now) && !isAway(limits[i])) {
            runningLow = with(runningLow, i, bucket);
        }
    }

    private static List<Decision.Want> with(List<Decision.Want> some, int i, Bucket bucket) {
        List<Decision.Want> more = some.isEmpty() ? new ArrayList<>(2) : some;
        more.add(new Decision.Want(i, bucket.key));
        return more;
    }

    private boolean settleAbsent(int i, int depth) {
        Limit limit = limits[i].limit();
        boolean rejects = subjects[i] == Subject.Absent.REJECT;
        if (rejects && limit.enforced()) {
            refused = true;
        }
        if (!settle(depth + 1)) {
            return false;
        }
        if (!isPending()) {
            Outcome outcome = rejects ? refused(limits[i], limit, Outcome.LIMITED) : Outcome.SKIPPED;
            verdicts[i] = new Verdict(limit, subjects[i], outcome, 0, 0, 0, 0);
        }
        return true;
    }

    private static Outcome refused(LimitTable table, Limit limit, Outcome how) {
        return switch (limit.mode()) {
            case ENFORCE -> {
                table.limited.increment();
                yield how;
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
        long retry = bucket.nanosUntil(needed, setup);
        return new Verdict(
                limit,
                subjects[i],
                outcome,
                remaining,
                bucket.nanosUntil(next, setup),
                bucket.nanosUntil(burst, setup),
                // What a store has is known of the past only: waiting may help, at least for a moment.
                outcome.refuses() ? Math.max(1, retry) : retry);
    }
}
