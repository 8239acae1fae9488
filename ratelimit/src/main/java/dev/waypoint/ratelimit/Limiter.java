package dev.waypoint.ratelimit;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Asks several limits about one request: all admit and all take, or nobody takes anything.
 *
 * <p>A decision is atomic. It holds the monitors of the buckets that it asks, in one order that all threads keep, for as
 * long as it takes to compare and subtract; so decisions behave as if made one after another. No request is ever refused
 * because of tokens that another one took and gave back, and none is admitted on tokens that another one is about to
 * take. Taking in turn and giving back on refusal has neither property.
 */
public final class Limiter {

    private final LimitTables tables;
    private final LimitTable[] limits;
    /** Indexes into {@link #limits} in the order of locking. */
    private final int[] lockOrder;

    Limiter(LimitTables tables, List<LimitTable> limits) {
        if (new HashSet<>(limits).size() != limits.size()) {
            throw new IllegalArgumentException("the same limit is given twice, expected each of these once: "
                    + limits.stream().map(table -> table.limit().name()).toList());
        }
        this.tables = tables;
        this.limits = limits.toArray(LimitTable[]::new);
        this.lockOrder = limits.stream()
                .sorted(Comparator.comparingLong(LimitTable::order))
                .mapToInt(limits::indexOf)
                .toArray();
    }

    /**
     * Decides about a request that all limits admit, as nearly every request is, without telling what each of them said. It is the
     * same decision as {@link #decide}, at a small part of the price: nothing is made for it.
     *
     * @param subjects for each of {@link #limits()} its key, or why there is none
     * @return true if every limit that was asked admitted, those in shadow mode included, and each took its tokens; false if nothing was
     *     taken, because one would refuse, or because this way cannot tell: then {@link #decide} does
     */
    public boolean admits(Subject... subjects) {
        check(subjects);
        return admits(subjects, 0, tables.clock().nanos());
    }

    private boolean admits(Subject[] subjects, int depth, long now) {
        if (depth == lockOrder.length) {
            return true;
        }
        int i = lockOrder[depth];
        if (!(subjects[i] instanceof LimitKey key)) {
            return subjects[i] == Subject.Absent.SKIP && admits(subjects, depth + 1, now);
        }
        LimitTable table = limits[i];
        if (!(table.find(key) instanceof LocalBucket bucket)) {
            return false;
        }
        synchronized (bucket) {
            if (bucket.evicted()) {
                return false;
            }
            Setup setup = table.setup();
            bucket.refresh(setup, now);
            long charge = table.charge(setup);
            if (!bucket.pays(charge) || !admits(subjects, depth + 1, now)) {
                return false;
            }
            bucket.take(charge);
            bucket.countAdmitted();
        }
        table.admitted.increment();
        return true;
    }

    /** The limits, in the order in which their subjects are given. */
    public List<LimitTable> limits() {
        return List.of(limits);
    }

    /**
     * Decides about one request.
     *
     * @param subjects for each of {@link #limits()} its key, or why there is none
     * @throws IllegalArgumentException unless there are as many subjects as limits
     */
    public Decision decide(Subject... subjects) {
        return decide(Decision.Attempt.FIRST, subjects);
    }

    /**
     * Decides about one request, which may have waited for tokens.
     *
     * @param attempt what to do if only the store of a global limit can tell
     * @param subjects for each of {@link #limits()} its key, or why there is none
     * @throws IllegalArgumentException unless there are as many subjects as limits
     */
    public Decision decide(Decision.Attempt attempt, Subject... subjects) {
        check(subjects);
        return new Round(limits, lockOrder, subjects, attempt, tables.clock()).decide();
    }

    private void check(Subject[] subjects) {
        if (subjects.length != limits.length) {
            throw new IllegalArgumentException(
                    "got " + subjects.length + " subjects, expected one for each of " + limits.length + " limits");
        }
    }
}
