package dev.waypoint.ratelimit;

/**
 * The tokens of one key of one limit. Guarded by its own monitor, except {@link #rank} and {@link #position}, which belong to
 * the {@link EvictionHeap}.
 */
abstract sealed class Bucket extends Keyed<Bucket> permits LocalBucket, LeasedBucket {

    /** Time at which this bucket was last known to be full again; what it is sorted by. Guarded by its table. */
    long rank;

    /** Index in the heap. Guarded by its table. */
    int position;

    private boolean evicted;
    private long admitted;
    private long limited;

    Bucket(LimitKey key) {
        super(key);
    }

    /** What a bucket can say about a request. */
    enum Answer {
        /** There are tokens for it. */
        PAYS,
        /** There are none. */
        REFUSES,
        /** Only the store knows. */
        UNKNOWN,
        /** The store is away, which lets requests pass. */
        FREE,
        /** The store is away, which refuses requests. */
        UNREACHABLE
    }

    /** Brings the bucket to the time and the configuration; to be called before all that follows. */
    abstract void refresh(Setup setup, long now);

    /** Asks for a request that costs {@code charge} tokens, with or without the store of a global limit. */
    abstract Answer ask(LimitTable table, long charge, boolean away, long now);

    /** Takes tokens for a request after {@link #ask} has said that it may pass. */
    abstract void take(LimitTable table, long charge, long now);

    /** Tokens here, rounded down; negative while a divided share is paid off. */
    abstract long tokens();

    /** Nanoseconds until there are {@code tokens}, 0 if there are, rounded up: a client that waits for so long gets them. */
    abstract long nanosUntil(long tokens, Setup setup);

    /** When the bucket has nothing to remember any more, or had at the latest, if nobody takes from it. */
    abstract long fullAt();

    final void countAdmitted() {
        admitted++;
    }

    final void countLimited() {
        limited++;
    }

    /** Takes the bucket out of use; whoever holds it still has to look the key up anew. */
    final void evict() {
        evicted = true;
    }

    final boolean evicted() {
        return evicted;
    }

    final KeyUse use(long burst) {
        return new KeyUse(key, Math.max(0, burst - tokens()), burst, admitted, limited);
    }
}
