package dev.waypoint.ir;

import java.util.Map;

/**
 * Backends by the value of a header.
 *
 * @param header the header's name in lower case
 * @param values the backend for each value; a backend without id keeps the rule's own backends and narrows them to its subset
 * @param rejectUnknown whether a request without a listed value is refused (404); else the rule's own backends take it
 */
public record HeaderRoutingIr(String header, Map<String, ActionIr.WeightedIr> values, boolean rejectUnknown) {
    public HeaderRoutingIr {
        values = Map.copyOf(values);
    }
}
