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
    private final NanoClock clock;
    private final @Nullable Bucket[] buckets;
    private final Answer[] answers;
    private final long[] charges;
    private final Verdict[] verdicts;
    private final Attempt attempt;
    // Lists of their own only where there are global limits, which is where something is added.
    private List<Decision.Want> wants = List.of();
    private List<Decision.Want> runningLow = List.of();
    private boolean refused;

    Round(LimitTable[] limits, int[] lockOrder, Subject[] subjects, Attempt attempt, NanoClock clock) {
        this.limits = limits;
        this.lockOrder = lockOrder;
        this.subjects = subjects;
        this.attempt = attempt;
        this.clock = clock;
        this.buckets = new Bucket[limits.length];
        this.answers = new Answer[limits.length];
        this.charges = new long[limits.length];
        this.verdicts = new Verdict[limits.length];
    }

    Decision decide() {
        for (int i = 0; i < limits.length; i++) {
            buckets[i] = subjects[i] instanceof LimitKey key ? limits[i].bucket(key) : null;
        }
        while (!settle(0)) {
            // A bucket was evicted between finding and locking it. Nothing was asked yet: start over.
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
                buckets[i] = limits[i].bucketAfterEviction(key);
            }
        }
    }

    /**
     * Locks the limits from {@code depth} on; the call at the bottom, with every bucket locked, decides.
     *
     * @return false if a bucket turned out to be evicted
     */
    private boolean settle(int depth) {
        if (depth == lockOrder.length) {
            ask();
            return true;
        }
        Bucket bucket = buckets[lockOrder[depth]];
        if (bucket == null) {
            return settle(depth + 1);
        }
        synchronized (bucket) {
            return !bucket.evicted() && settle(depth + 1);
        }
    }

    /** Asks all limits at one time of one clock, which none of the buckets has seen a later time of; then all take, or none. */
    private void ask() {
        long now = clock.nanos();
        for (int i = 0; i < limits.length; i++) {
            Bucket bucket = buckets[i];
            Setup setup = limits[i].setup();
            Answer answer = subjects[i] == Subject.Absent.REJECT ? Answer.REFUSES : Answer.PAYS;
            if (bucket != null) {
                bucket.refresh(setup, now);
                charges[i] = limits[i].charge(setup);
                answer = ask(i, bucket, charges[i], now);
            }
            answers[i] = answer;
            refused |= setup.enforced && (answer == Answer.REFUSES || answer == Answer.UNREACHABLE);
        }
        boolean pending = !refused && !wants.isEmpty();
        for (int i = 0; i < limits.length; i++) {
            Bucket bucket = buckets[i];
            if (pending) {
                if (bucket instanceof LeasedBucket leased && answers[i] == Answer.UNKNOWN) {
                    leased.want(charges[i]);
                }
            } else if (bucket == null) {
                concludeAbsent(i);
            } else {
                conclude(i, bucket, answers[i], charges[i], now);
            }
        }
    }

    private Answer ask(int i, Bucket bucket, long charge, long now) {
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
    private void conclude(int i, Bucket bucket, Answer answer, long charge, long now) {
        LimitTable table = limits[i];
        Setup setup = table.setup();
        Outcome outcome = switch (answer) {
            case PAYS, FREE -> {
                if (!refused) {
                    bucket.take(table, charge, now);
                    bucket.countAdmitted();
                    table.admitted.increment();
                    orderIfLow(i, bucket, now);
                }
                yield Outcome.PASSED;
            }
            case REFUSES, UNREACHABLE -> {
                bucket.countLimited();
                yield refused(table, setup.limit, answer == Answer.UNREACHABLE ? Outcome.UNREACHABLE : Outcome.LIMITED);
            }
            case UNKNOWN -> Outcome.SKIPPED;
        };
        verdicts[i] = outcome == Outcome.SKIPPED
                ? new Verdict(setup.limit, Subject.Absent.SKIP, outcome, 0, 0, 0, 0)
                : verdict(i, bucket, setup, outcome, charge);
    }

    private void orderIfLow(int i, Bucket bucket, long now) {
        if (bucket instanceof LeasedBucket leased && leased.isRunningLow(now) && !isAway(limits[i])) {
            runningLow = with(runningLow, i, bucket);
        }
    }

    private static List<Decision.Want> with(List<Decision.Want> some, int i, Bucket bucket) {
        List<Decision.Want> more = some.isEmpty() ? new ArrayList<>(2) : some;
        more.add(new Decision.Want(i, bucket.key));
        return more;
    }

    private void concludeAbsent(int i) {
        Limit limit = limits[i].limit();
        Outcome outcome =
                subjects[i] == Subject.Absent.REJECT ? refused(limits[i], limit, Outcome.LIMITED) : Outcome.SKIPPED;
        verdicts[i] = new Verdict(limit, subjects[i], outcome, 0, 0, 0, 0);
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
        Limit limit = setup.limit;
        long burst = setup.burst;
        long needed = Math.min(charge, burst);
        long unit = charge / setup.cost;
        long tokens = Math.max(0, bucket.tokens());
        long remaining = tokens >= needed ? Math.max(setup.cost, tokens / unit) : tokens / unit;
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
