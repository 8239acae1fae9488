package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import java.util.List;
import java.util.Optional;

/**
 * A filter of the chain as it is used by one route.
 *
 * @param name the filter's name in the chain
 * @param filter its configuration in the chain
 * @param listener the listener that the chain belongs to
 * @param target names the filter within the listener
 * @param levels what route configuration, virtual host, route and weighted cluster say, in this order, where they say anything
 * @param route the route's other contributions
 * @param clusters the clusters
 * @param limits what is held of one message
 */
record FilterUse(
        String name,
        Message filter,
        ResourceRef listener,
        String target,
        List<Level> levels,
        RouteRates route,
        Clusters clusters,
        MessageLimits limits) {

    /**
     * What one level says of a filter.
     *
     * @param config the message
     * @param ref the route, virtual host or other thing that says it
     */
    record Level(Message config, ResourceRef ref) {}

    /**
     * The rate limits of a route, for the filters that obey them.
     *
     * @param route those of the route
     * @param virtualHost those of its virtual host
     * @param includeVirtualHost whether those of the virtual host count although the route has some
     */
    record RouteRates(List<Message> route, List<Message> virtualHost, boolean includeVirtualHost) {
        static final RouteRates NONE = new RouteRates(List.of(), List.of(), false);
    }

    /** The most specific configuration below the chain; empty if no level has any. */
    Optional<Level> mostSpecific() {
        return levels.isEmpty() ? Optional.empty() : Optional.of(levels.getLast());
    }
}
