package dev.waypoint.gatewayapi;

import dev.waypoint.ir.FilterIr;
import java.util.List;
import java.util.Optional;

/**
 * What a listener, and what is around it, adds to each of its routes.
 *
 * @param filters the filters that run when the route is known
 * @param preRouting the filters that run before, in order
 * @param traffic the policies, the widest level first
 * @param variant tells apart backends that are treated in the Gateway's own way; empty for the usual way
 */
record ListenerLevel(
        List<ChainFilter> filters, List<ChainFilter> preRouting, List<TrafficLayer> traffic, String variant) {

    static final ListenerLevel NONE = new ListenerLevel(List.of(), List.of(), List.of(), "");

    ListenerLevel {
        filters = List.copyOf(filters);
        preRouting = List.copyOf(preRouting);
        traffic = List.copyOf(traffic);
    }

    /** Why a chain cannot be run: a filter in it is invalid, and may be there to protect something. */
    static Optional<String> broken(List<ChainFilter> chain) {
        return chain.stream()
                .map(filter -> filter.filter().isEmpty() ? filter.problem() : "")
                .filter(problem -> !problem.isEmpty())
                .findFirst();
    }

    static List<FilterIr> ready(List<ChainFilter> chain) {
        return chain.stream().flatMap(filter -> filter.filter().stream()).toList();
    }
}
