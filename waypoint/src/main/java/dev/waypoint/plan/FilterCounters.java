package dev.waypoint.plan;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.observe.FilterMeters;
import java.util.function.LongSupplier;

/** Where the counters of filters come from. Equal arguments give the same counter for the life of the process. */
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
}
