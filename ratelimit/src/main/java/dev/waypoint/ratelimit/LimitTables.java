package dev.waypoint.ratelimit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All limits of one process, with their clock and the number of replicas that share divided limits.
 *
 * <p>A limit is told apart by an identity that the caller chooses (policy, target and limit name, say). Whoever acquires
 * a known identity gets the table that is already there, so counters survive a new configuration: an equal limit changes
 * nothing, a changed rate or burst keeps each bucket's fill level in proportion, a changed {@link KeyShape} starts anew,
 * because its keys mean something else.
 */
public final class LimitTables {

    /** Most replicas that can share a limit. */
    public static final int MOST_REPLICAS = 100_000;

    private final NanoClock clock;
    private final Map<Object, Lease> leases = new HashMap<>();
    private long nextOrder;
    private volatile int replicas = 1;

    private static final class Lease {
        final LimitTable table;
        int holders;

        Lease(LimitTable table) {
            this.table = table;
        }
    }

    /** Tables that read time from {@code clock}, made {@linkplain NanoClock#steady steady}. */
    public LimitTables(NanoClock clock) {
        this.clock = NanoClock.steady(clock);
    }

    /**
     * The table of {@code identity}, made or adapted to {@code limit}. To be matched by one {@link #release}; take the
     * tables of a new configuration before those of the old one are released.
     */
    public synchronized LimitTable acquire(Object identity, Limit limit) {
        Lease lease = leases.get(identity);
        if (lease == null || !lease.table.canBecome(limit)) {
            lease = new Lease(new LimitTable(this, nextOrder++, limit));
            leases.put(identity, lease);
        } else if (!lease.table.limit().equals(limit)) {
            lease.table.reconfigure(limit);
        }
        lease.holders++;
        return lease.table;
    }

    /** Gives back what {@link #acquire} gave. The last holder's release forgets the counters. */
    public synchronized void release(Object identity, LimitTable table) {
        Lease lease = leases.get(identity);
        // A table that a changed key shape has replaced is nobody's lease any more; its holders just let it go.
        if (lease != null && lease.table == table && --lease.holders == 0) {
            leases.remove(identity);
        }
    }

    /** Tables held now. */
    public synchronized int size() {
        return leases.size();
    }

    /** The tables held now by their identities. */
    public synchronized Map<Object, LimitTable> held() {
        Map<Object, LimitTable> held = new HashMap<>();
        leases.forEach((identity, lease) -> held.put(identity, lease.table));
        return held;
    }

    /**
     * Says how many replicas share the divided limits. Fill levels stay as they are, in proportion: what was half full
     * of one share is half full of the new one, so going to and fro mints nothing.
     *
     * @throws IllegalArgumentException unless 1 to {@value #MOST_REPLICAS}
     */
    public void replicas(int count) {
        Require.between("number of replicas", count, 1, MOST_REPLICAS);
        replicas = count;
    }

    /** Replicas that share the divided limits. */
    public int replicas() {
        return replicas;
    }

    /**
     * A limiter that asks these tables together.
     *
     * @throws IllegalArgumentException if a table is there twice or belongs to other {@code LimitTables}
     */
    public Limiter limiter(List<LimitTable> limits) {
        for (LimitTable table : limits) {
            if (!Objects.equals(table.tables(), this)) {
                throw new IllegalArgumentException(
                        "limit " + table.limit().name() + " belongs to other tables, expected one acquired here");
            }
        }
        return new Limiter(this, limits);
    }

    /** The clock that all tables and limiters here read. */
    public NanoClock clock() {
        return clock;
    }
}
