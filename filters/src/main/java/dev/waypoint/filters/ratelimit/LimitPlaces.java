package dev.waypoint.filters.ratelimit;

import dev.waypoint.filters.ratelimit.store.Stores;
import dev.waypoint.ratelimit.LimitTables;
import dev.waypoint.ratelimit.NanoClock;
import java.util.Optional;

/**
 * Where limits count.
 *
 * @param tables rates, in this process
 * @param concurrency requests under way, in this process
 * @param stores in stores that replicas share; empty where requests of the past are replayed, which have been those of all
 */
record LimitPlaces(LimitTables tables, ConcurrencyLimiters concurrency, Optional<Stores> stores) {

    /** Those of a running proxy. */
    static LimitPlaces live(NanoClock clock) {
        return new LimitPlaces(new LimitTables(clock), new ConcurrencyLimiters(clock), Optional.of(new Stores()));
    }

    /** Those of a replay. */
    static LimitPlaces replay(NanoClock clock) {
        return new LimitPlaces(new LimitTables(clock), new ConcurrencyLimiters(clock), Optional.empty());
    }
}
