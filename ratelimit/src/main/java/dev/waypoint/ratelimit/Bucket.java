package dev.waypoint.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TokensInheritanceStrategy;

/**
 * The tokens of one key of one limit. The arithmetic is bucket4j's: whole tokens and an exact remainder, refilled
 * continuously, indifferent to a clock that stands or steps back.
 *
 * <p>Guarded by its own monitor, except {@link #rank} and {@link #position}, which belong to the {@link EvictionHeap}.
 */
final class Bucket {

    final LimitKey key;

    /** Time at which this bucket was last known to be full again; what it is sorted by. Guarded by its table. */
    long rank;

    /** Index in the heap. Guarded by its table. */
    int position;

    private BucketState state;
    private boolean evicted;
    private long fullAt;
    private long admitted;
    private long limited;

    /** A full bucket. {@code fullAt} already counts the request that it is made for. */
    Bucket(LimitKey key, Setup setup, long now) {
        this.key = key;
        this.state = BucketState.createInitialState(setup.bandwidth(), MathType.INTEGER_64_BITS, now);
        this.fullAt = now + setup.nanosFor(setup.limit().cost(), 0);
        this.rank = fullAt;
    }

    /** Brings the bucket to the time and the configuration; to be called before all that follows. */
    @SuppressWarnings(
            "ReferenceEquality") // a rate in use has one configuration object, see Setup; equals would be slow
    void refresh(Setup setup, long now) {
        state.refillAllBandwidth(now);
        BucketConfiguration bandwidth = setup.bandwidth();
        if (state.getConfiguration() != bandwidth) {
            state = state.replaceConfiguration(bandwidth, TokensInheritanceStrategy.PROPORTIONALLY, now);
            fullAt = now + nanosUntil(setup.limit().rate().burst(), setup);
        }
    }

    /** Tokens here, rounded down; negative while a divided share is paid off. */
    long tokens() {
        return state.getAvailableTokens();
    }

    /** Takes tokens, below zero if need be. */
    void take(long tokens, Setup setup, long now) {
        state.consume(tokens);
        fullAt = now + nanosUntil(setup.limit().rate().burst(), setup);
        admitted++;
    }

    void countLimited() {
        limited++;
    }

    /**
     * Nanoseconds until there are {@code tokens}, 0 if there are, rounded up: a client that waits for so long gets them.
     * (bucket4j rounds its estimate down.)
     */
    long nanosUntil(long tokens, Setup setup) {
        long missing = tokens - state.getAvailableTokens();
        return missing <= 0 ? 0 : setup.nanosFor(missing, state.getRoundingError(0));
    }

    /** When the bucket is full, or was at the latest, if nobody takes from it. */
    long fullAt() {
        return fullAt;
    }

    /** Takes the bucket out of use; whoever holds it still has to look the key up anew. */
    void evict() {
        evicted = true;
    }

    boolean evicted() {
        return evicted;
    }

    KeyUse use(long burst) {
        return new KeyUse(key, Math.max(0, burst - tokens()), burst, admitted, limited);
    }
}
