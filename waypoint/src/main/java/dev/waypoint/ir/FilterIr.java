package dev.waypoint.ir;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.Enforcement;
import java.util.Map;

/**
 * One filter of a chain.
 *
 * @param filter the filter's kind
 * @param config its configuration: the record of the kind
 * @param source the object that configured it
 * @param target what it is attached to; filters that are equal in all parts share one instance and its state
 * @param enforcement whether it is obeyed
 * @param references what the other objects named by the configuration hold
 */
public record FilterIr(
        String filter,
        Record config,
        ResourceRef source,
        String target,
        Enforcement enforcement,
        Map<ConfigReference, ResolvedIr> references) {

    public FilterIr {
        references = Map.copyOf(references);
    }
}
