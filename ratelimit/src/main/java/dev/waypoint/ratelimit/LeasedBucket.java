package dev.waypoint.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Tokens that this replica took from the store of a global limit, to be spent here. They were taken there before they are
 * spent, so all replicas together never admit more than the bucket in the store gives.
 *
 * <p>How many are taken at once follows demand: from one, doubled with every order that comes soon after the last.
 */
final class LeasedBucket extends Bucket {

    /** Orders that follow each other within this time show that there is demand for more. */
    private static final long BUSY_NANOS = 1_000_000_000L;

    /** How long what is left of a lease is of use before it is given back. */
    static final long HOLD_NANOS = 1_000_000_000L;

    /**
     * For so long an empty store is not asked again, unless its bucket would overflow meanwhile. At most it is left alone for as
     * long as others hold what they may give back.
     */
    private static final long LEAST_PAUSE_NANOS = 5_000_000L;

    private Setup setup;
    private long held;
    private long wanted;
    private long window = 1;
    private boolean ordered;
    private long orderedAt;
    private long usedAt;
    private long emptyUntil;
    private long refreshedAt;
    private long stored;
    private long storedAt;
    private long shown;
    private @Nullable LocalBucket share;

    LeasedBucket(LimitKey key, Setup setup, long now) {
        super(key);
        this.setup = setup;
        this.stored = setup.burst;
        this.shown = stored;
        this.storedAt = now;
        this.usedAt = now;
        this.orderedAt = now - BUSY_NANOS - 1;
        this.emptyUntil = now;
        this.rank = fullAt();
    }

    @Override
    void refresh(Setup current, long now) {
        if (setup != current) {
            change(current, now);
        }
        refreshedAt = now;
        long burst = setup.burst;
        long nanos = Math.max(0, now - storedAt);
        double refilled = (double) nanos * setup.refill / setup.refillNanos;
        shown = Math.min(burst, held + stored + (long) Math.min(refilled, burst));
        LocalBucket own = share;
        if (own != null) {
            own.refresh(current, now);
        }
    }

    /** What the store has is in proportion afterwards; what was taken out of it already stays as it is. */
    private void change(Setup current, long now) {
        if (!setup.hasRateOf(current)) {
            stored = (long) ((double) stored * current.burst / setup.burst);
            emptyUntil = now;
        }
        setup = current;
    }

    private Limit.Scope.Global scope() {
        if (setup.limit.scope() instanceof Limit.Scope.Global global) {
            return global;
        }
        throw new IllegalStateException("limit " + setup.limit.name() + " is not global any more");
    }

    @Override
    Answer ask(LimitTable table, long charge, boolean away, long now) {
        if (held >= charge) {
            return Answer.PAYS;
        }
        if (!away) {
            return now < emptyUntil ? Answer.REFUSES : Answer.UNKNOWN;
        }
        return switch (scope().whenAway()) {
            case CLOSED -> Answer.UNREACHABLE;
            case OPEN -> Answer.FREE;
            case LOCAL -> share(table, now).ask(table, charge * table.tables().replicas(), true, now);
        };
    }

    @Override
    void take(LimitTable table, long charge, long now) {
        usedAt = now;
        if (held >= charge) {
            held -= charge;
            shown = Math.max(0, shown - charge);
        } else {
            table.withoutStore.increment();
            if (scope().whenAway() == Limit.WhenAway.LOCAL) {
                share(table, now).take(table, charge * table.tables().replicas(), now);
            }
        }
    }

    /** The bucket of this replica alone; made, full, when the store is missed for the first time. */
    private LocalBucket share(LimitTable table, long now) {
        LocalBucket own = share;
        if (own == null) {
            own = new LocalBucket(key, table.setup(), now);
            share = own;
        }
        return own;
    }

    /** Notes that a request waits for tokens. */
    void want(long charge) {
        wanted += charge;
    }

    /** Whether it is time to order more before a request has to wait for it. */
    boolean isRunningLow(long now) {
        return window > 1 && !ordered && now >= emptyUntil && held < window / 2;
    }

    /** How many tokens to take from the store now. */
    long order(long now) {
        boolean busy = now - orderedAt <= BUSY_NANOS;
        window = Math.max(1, Math.min(scope().prefetch(), busy ? window * 2 : window / 2));
        orderedAt = now;
        ordered = true;
        return Math.max(wanted, window);
    }

    /** What came of an order. */
    void granted(Grant grant, Setup current, long now) {
        if (setup != current) {
            change(current, now);
        }
        ordered = false;
        held += grant.tokens();
        usedAt = now;
        wanted = 0;
        stored = grant.left();
        storedAt = now;
        long cost = setup.cost;
        long missing = cost - held - stored;
        if (missing > 0) {
            long half = setup.nanosFor(Math.max(1, setup.burst / 2), 0);
            long pause = Math.max(setup.nanosFor(missing, 0), Math.min(LEAST_PAUSE_NANOS, half));
            emptyUntil = now + Math.min(pause, HOLD_NANOS);
        }
        refresh(setup, now);
    }

    /** Nothing came of an order. */
    void failed() {
        ordered = false;
        wanted = 0;
    }

    /** Takes out what nobody has used for a while, to be given back. */
    long takeUnused(long now) {
        if (ordered || now - usedAt < HOLD_NANOS) {
            return 0;
        }
        long unused = held;
        held = 0;
        return unused;
    }

    /** As far as is known here: what the store had last, and what has come back there since if nobody took it. */
    @Override
    long tokens() {
        return shown;
    }

    @Override
    long nanosUntil(long tokens, Setup current) {
        long missing = tokens - shown;
        long known = tokens > held ? Math.max(0, emptyUntil - refreshedAt) : 0;
        return missing <= 0 ? known : Math.max(known, current.nanosFor(missing, 0));
    }

    /** Tokens that are held would be lost, so they are given back first. */
    @Override
    long fullAt() {
        if (held > 0 || ordered) {
            return Long.MAX_VALUE;
        }
        long remembered = Math.max(emptyUntil, usedAt + HOLD_NANOS);
        LocalBucket own = share;
        return own == null ? remembered : Math.max(remembered, own.fullAt());
    }
}
