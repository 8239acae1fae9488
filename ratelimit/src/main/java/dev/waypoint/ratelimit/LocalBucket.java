package dev.waypoint.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TokensInheritanceStrategy;

/**
 * A bucket of this replica. The arithmetic is bucket4j's: whole tokens and an exact remainder, refilled continuously,
 * indifferent to a clock that stands or steps back.
 */
final class LocalBucket extends Bucket {

    private BucketState state;
    private long fullAt;

    /** A full bucket. {@code fullAt} already counts the request that it is made for. */
    LocalBucket(LimitKey key, Setup setup, long now) {
        super(key);
        this.state = BucketState.createInitialState(setup.bandwidth(), MathType.INTEGER_64_BITS, now);
        this.fullAt = now + setup.nanosFor(setup.limit().cost(), 0);
        this.rank = fullAt;
    }

    @Override
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

    /** A share may be smaller than one request: it is admitted when the bucket is full, and paid off afterwards. */
    @Override
    Answer ask(LimitTable table, long charge, boolean away, long now) {
        long burst = table.setup().limit().rate().burst();
        return tokens() >= Math.min(charge, burst) ? Answer.PAYS : Answer.REFUSES;
    }

    @Override
    void take(LimitTable table, long charge, long now) {
        Setup setup = table.setup();
        state.consume(charge);
        fullAt = now + nanosUntil(setup.limit().rate().burst(), setup);
    }

    @Override
    long tokens() {
        return state.getAvailableTokens();
    }

    /** bucket4j rounds its estimate down; a client that comes then would be early. */
    @Override
    long nanosUntil(long tokens, Setup setup) {
        long missing = tokens - state.getAvailableTokens();
        return missing <= 0 ? 0 : setup.nanosFor(missing, state.getRoundingError(0));
    }

    @Override
    long fullAt() {
        return fullAt;
    }
}
