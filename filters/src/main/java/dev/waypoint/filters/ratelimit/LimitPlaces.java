package dev.waypoint.filters.ratelimit;

import dev.waypoint.filters.ratelimit.store.Stores;
import dev.waypoint.ratelimit.LimitTables;
import java.util.Optional;

/**
 * Where limits count.
 *
 * @param tables in this process
 * @param stores in stores that replicas share; empty where requests of the past are replayed, which have been those of all
 */
record LimitPlaces(LimitTables tables, Optional<Stores> stores) {}
