package dev.waypoint.plan;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.observe.FilterMeters;

/** Where the counters of filters come from. Equal arguments give the same counter for the life of the process. */
public interface FilterCounters {

    /** What a filter decided. */
    FilterMeters verdicts(String filter, ResourceRef owner, boolean shadow);

    /** What a filter counts itself. */
    EventCounter event(String filter, ResourceRef owner, String event);
}
