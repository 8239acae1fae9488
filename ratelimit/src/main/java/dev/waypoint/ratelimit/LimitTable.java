package dev.waypoint.ratelimit;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The buckets of one limit, at most {@code maxKeys} of them, and its counters. Outlives changes of the limit: see
 * {@link LimitTables}.
 *
 * <p>Lock order: this table's heap before a bucket; a thread that holds a bucket never enters a table.
 */
public final class LimitTable {

    /** Full buckets dropped with each insertion; more than one, so that the table shrinks after a rush of keys. */
    private static final int SWEPT_PER_INSERTION = 2;

    private static final Comparator<KeyUse> HEAVIEST = Comparator.comparingLong(KeyUse::used)
            .thenComparingLong(KeyUse::limited)
            .thenComparingLong(KeyUse::admitted)
            .reversed();

    final LongAdder admitted = new LongAdder();
    final LongAdder limited = new LongAdder();
    final LongAdder shadowLimited = new LongAdder();

    private final LimitTables tables;
    private final long order;
    private final ConcurrentHashMap<LimitKey, Bucket> buckets = new ConcurrentHashMap<>();
    private final EvictionHeap heap = new EvictionHeap();
    private final LongAdder evictions = new LongAdder();
    private final AtomicLong evictionsTaken = new AtomicLong();
    private volatile Setup setup;

    LimitTable(LimitTables tables, long order, Limit limit) {
        this.tables = tables;
        this.order = order;
        this.setup = Setup.of(limit);
    }

    /** The limit as configured now. */
    public Limit limit() {
        return setup.limit();
    }

    public LimitStats stats() {
        return new LimitStats(admitted.sum(), limited.sum(), shadowLimited.sum(), buckets.size(), evictions.sum());
    }

    /** Evictions since the last call, for a caller that counts them elsewhere. Cheap when there were none. */
    public long takeEvictions() {
        long all = evictions.sum();
        return all == evictionsTaken.get() ? 0 : Math.max(0, all - evictionsTaken.getAndAccumulate(all, Math::max));
    }

    /** The keys that use most of their bucket, heaviest first; at most {@code count}. Costs time by the number of keys. */
    public List<KeyUse> top(int count) {
        Setup current = setup;
        long now = tables.clock().nanos();
        return buckets.values().stream()
                .map(bucket -> {
                    synchronized (bucket) {
                        bucket.refresh(current, now);
                        return bucket.use(current.limit().rate().burst());
                    }
                })
                .sorted(HEAVIEST)
                .limit(count)
                .toList();
    }

    /** Tokens of a key now, rounded down; empty if no bucket is held for it, which is as good as a full one. */
    public OptionalLong tokens(LimitKey key) {
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return OptionalLong.empty();
        }
        synchronized (bucket) {
            bucket.refresh(setup, tables.clock().nanos());
            return OptionalLong.of(bucket.tokens());
        }
    }

    Setup setup() {
        return setup;
    }

    LimitTables tables() {
        return tables;
    }

    /** Position in the one order in which all threads lock buckets. */
    long order() {
        return order;
    }

    /** How many tokens a request takes here: a share of 1/n costs n times as much of the whole bucket. */
    long charge(Limit current) {
        return current.scope() == Limit.Scope.DIVIDED ? current.cost() * tables.replicas() : current.cost();
    }

    /** The bucket of a key. It may be evicted before the caller has locked it: check, and ask again. */
    Bucket bucket(LimitKey key, long now) {
        Bucket known = buckets.get(key);
        return known != null ? known : bucketAfterEviction(key, now);
    }

    /** The bucket of a key, made if need be; waits for an eviction under way to be over. */
    Bucket bucketAfterEviction(LimitKey key, long now) {
        synchronized (heap) {
            Bucket raced = buckets.get(key);
            if (raced != null) {
                return raced;
            }
            Setup current = setup;
            for (int i = 0; i < SWEPT_PER_INSERTION && heap.size() > 0; i++) {
                dropIfFull(heap.soonestFull(), now);
            }
            shrinkTo(current.limit().maxKeys() - 1, now);
            Bucket made = new Bucket(key, current, now);
            buckets.put(key, made);
            heap.add(made);
            return made;
        }
    }

    private void dropIfFull(Bucket bucket, long now) {
        synchronized (bucket) {
            if (bucket.fullAt() > now) {
                return;
            }
            bucket.evict();
        }
        heap.remove(bucket);
        buckets.remove(bucket.key);
    }

    private void shrinkTo(int size, long now) {
        while (heap.size() > size) {
            Bucket victim = heap.soonestFull();
            synchronized (victim) {
                victim.evict();
                if (victim.fullAt() > now) {
                    evictions.increment();
                }
            }
            heap.remove(victim);
            buckets.remove(victim.key);
        }
    }

    /**
     * Takes on a changed limit. Buckets keep their fill level in proportion to the burst; those that a request meets
     * before this call has come to them change on that occasion.
     */
    void reconfigure(Limit changed) {
        long now = tables.clock().nanos();
        Setup next;
        synchronized (heap) {
            next = setup.with(changed);
            setup = next;
            shrinkTo(changed.maxKeys(), now);
        }
        for (Bucket bucket : buckets.values()) {
            synchronized (bucket) {
                bucket.refresh(next, now);
            }
        }
    }
}
