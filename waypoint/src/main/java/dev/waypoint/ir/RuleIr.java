package dev.waypoint.ir;

import dev.waypoint.config.ResourceRef;
import java.util.List;
import java.util.Optional;

/**
 * What happens to the requests of one rule.
 *
 * @param route the route object
 * @param name the rule's name, or its index printed
 * @param filters the filters of all levels, in the order in which requests pass them
 * @param action what stands at the end of the chain
 * @param timeouts times that bound the exchange
 * @param retry when a failed attempt is made again
 * @param persistence how clients stick to an endpoint
 * @param headerRouting backends by the value of a header, asked before the action's own backends
 * @param upgrades whether WebSocket and other upgrades pass
 */
public record RuleIr(
        ResourceRef route,
        String name,
        List<FilterIr> filters,
        ActionIr action,
        TimeoutsIr timeouts,
        Optional<RetryIr> retry,
        Optional<PersistenceIr> persistence,
        Optional<HeaderRoutingIr> headerRouting,
        boolean upgrades) {
    public RuleIr {
        filters = List.copyOf(filters);
    }
}
