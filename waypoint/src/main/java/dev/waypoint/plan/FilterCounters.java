package dev.waypoint.plan;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.CallMeters;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.filter.Recordings;
import dev.waypoint.observe.FilterMeters;
import java.util.function.LongSupplier;

/**
 * What filters have of the process: counters, and a place for files. Equal arguments give the same counter for the life of the
 * process.
 */
public interface FilterCounters {

    /** What a filter decided. */
    FilterMeters verdicts(String filter, ResourceRef owner, boolean shadow);

    /** The present value of something that a filter holds; equal sources count once. */
    default Registration gauge(String filter, ResourceRef owner, String name, LongSupplier source) {
        return () -> {};
    }

    /** What a filter measures itself. */
    default EventTimer timer(String filter, ResourceRef owner, String event) {
        return _ -> {};
    }

    /** What a filter counts itself. */
    EventCounter event(String filter, ResourceRef owner, String event);

    /** The talks of a filter with another program. */
    default CallMeters calls(String filter, String peer) {
        return CallMeters.NONE;
    }

    /** Where filters may leave files. */
    default Recordings recordings() {
        return Recordings.CLOSED;
    }
}
