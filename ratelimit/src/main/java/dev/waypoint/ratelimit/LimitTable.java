package dev.waypoint.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of one limit, at most {@code maxKeys} of them, and its counters. Outlives changes of the limit: see
 * {@link LimitTables}.
 *
 * <p>Lock order: this table's heap before a bucket; a thread that holds a bucket never enters a table. Buckets come and go under the
 * heap's lock, and are found without it.
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
    final LongAdder withoutStore = new LongAdder();

    private final LimitTables tables;
    private final long order;
    private final KeyedMap<Bucket> buckets = new KeyedMap<>();
    private final EvictionHeap heap = new EvictionHeap();
    private final LongAdder evictions = new LongAdder();
    private final AtomicLong evictionsTaken = new AtomicLong();
    private volatile Setup setup;
    private volatile TokenSource source = TokenSource.NONE;
    /** The bucket of {@link LimitKey#SHARED}, to be had without a look into the map. */
    private volatile @Nullable Bucket shared;

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
        return all().stream()
                .map(bucket -> {
                    synchronized (bucket) {
                        bucket.refresh(current, now);
                        return bucket.use(current.burst);
                    }
                })
                .sorted(HEAVIEST)
                .limit(count)
                .toList();
    }

    /** Tokens of a key now, rounded down; empty if no bucket is held for it, which is as good as a full one. */
    public OptionalLong tokens(LimitKey key) {
        Bucket bucket;
        synchronized (heap) {
            bucket = buckets.find(key);
        }
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
    long charge(Setup current) {
        return current.divided ? current.cost * tables.replicas() : current.cost;
    }

    /** The bucket of a key, if it is found at once. It may be evicted before the caller has locked it. */
    @SuppressWarnings("ReferenceEquality") // a shortcut for the one constant; any other key is found by what it says
    @Nullable
    Bucket find(LimitKey key) {
        return key == LimitKey.SHARED ? shared : buckets.find(key);
    }

    /** The bucket of a key. It may be evicted before the caller has locked it: check, and ask again. */
    Bucket bucket(LimitKey key) {
        Bucket known = find(key);
        return known != null ? known : bucketAfterEviction(key);
    }

    /** The bucket of a key, made if need be; waits for an eviction under way to be over. */
    Bucket bucketAfterEviction(LimitKey key) {
        synchronized (heap) {
            Bucket raced = buckets.find(key);
            if (raced != null) {
                return raced;
            }
            long now = tables.clock().nanos();
            Setup current = setup;
            for (int i = 0; i < SWEPT_PER_INSERTION && heap.size() > 0; i++) {
                dropIfFull(heap.soonestFull(), now);
            }
            shrinkTo(current.limit().maxKeys() - 1, now);
            Bucket made = made(key, current, now);
            buckets.add(made);
            heap.add(made);
            if (key.equals(LimitKey.SHARED)) {
                shared = made;
            }
            return made;
        }
    }

    /** Takes an evicted bucket out; to be called with the lock of the heap. */
    private void remove(Bucket bucket) {
        heap.remove(bucket);
        buckets.remove(bucket);
        if (bucket == shared) {
            shared = null;
        }
    }

    private List<Bucket> all() {
        synchronized (heap) {
            return heap.all();
        }
    }

    private static Bucket made(LimitKey key, Setup setup, long now) {
        return switch (setup.limit().scope()) {
            case Limit.Scope.Replica replica -> new LocalBucket(key, setup, now);
            case Limit.Scope.Divided divided -> new LocalBucket(key, setup, now);
            case Limit.Scope.Global global -> new LeasedBucket(key, setup, now);
        };
    }

    /** Whether the buckets go on to mean something under a changed limit. */
    boolean canBecome(Limit changed) {
        Limit current = limit();
        return current.keys().equals(changed.keys()) && current.global() == changed.global();
    }

    // ---- global limits: tokens come from a store that replicas share ----

    /** Says where the tokens of a global limit come from; they have none before. */
    public void source(TokenSource newSource) {
        source = newSource;
    }

    TokenSource source() {
        return source;
    }

    /** Requests that passed without the store of a global limit since the last call. */
    public long takeWithoutStore() {
        return withoutStore.sum() == 0 ? 0 : withoutStore.sumThenReset();
    }

    /** Keys held now. */
    public long keys() {
        return buckets.size();
    }

    /** The rate in bucket4j's form, for the bucket in the store. */
    public BucketConfiguration bandwidth() {
        return setup.bandwidth();
    }

    /** How many tokens of a key to take from the store now. To be matched by one {@link #granted} or {@link #failed}. */
    public long order(LimitKey key) {
        long now = tables.clock().nanos();
        long[] most = new long[1];
        lease(key, bucket -> most[0] = bucket.order(now));
        return most[0];
    }

    /** What the store gave. */
    public void granted(LimitKey key, Grant grant) {
        long now = tables.clock().nanos();
        lease(key, bucket -> bucket.granted(grant, setup, now));
    }

    /** The store gave no answer. */
    public void failed(LimitKey key) {
        lease(key, LeasedBucket::failed);
    }

    /** Takes out the tokens that nobody has used for a second, to be given back to the store: for each key how many. */
    public Map<LimitKey, Long> takeUnused() {
        long now = tables.clock().nanos();
        Map<LimitKey, Long> unused = new HashMap<>();
        for (Bucket bucket : all()) {
            synchronized (bucket) {
                if (!bucket.evicted() && bucket instanceof LeasedBucket leased) {
                    long tokens = leased.takeUnused(now);
                    if (tokens > 0) {
                        unused.put(bucket.key, tokens);
                    }
                }
            }
        }
        return unused;
    }

    private void lease(LimitKey key, Consumer<LeasedBucket> change) {
        Bucket bucket = bucket(key);
        while (true) {
            synchronized (bucket) {
                if (!bucket.evicted()) {
                    if (bucket instanceof LeasedBucket leased) {
                        change.accept(leased);
                    }
                    return;
                }
            }
            bucket = bucketAfterEviction(key);
        }
    }

    private void dropIfFull(Bucket bucket, long now) {
        synchronized (bucket) {
            if (bucket.fullAt() > now) {
                return;
            }
            bucket.evict();
        }
        remove(bucket);
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
            remove(victim);
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
            next = Setup.of(changed);
            setup = next;
            shrinkTo(changed.maxKeys(), now);
        }
        for (Bucket bucket : all()) {
            synchronized (bucket) {
                bucket.refresh(next, now);
            }
        }
    }
}
