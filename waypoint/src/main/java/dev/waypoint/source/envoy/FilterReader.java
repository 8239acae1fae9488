package dev.waypoint.source.envoy;

import java.util.List;
import java.util.Set;

/** Reads one kind of Envoy's HTTP filters. */
interface FilterReader {

    /** The full name of the message that configures the filter in the chain. */
    String type();

    /** The full names of the messages that may stand in {@code typed_per_filter_config}. */
    Set<String> routeTypes();

    /** What the filter does for the requests of one route; none if it does nothing. */
    List<FilterDraft> read(FilterUse use);
}
