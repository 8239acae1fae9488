package dev.waypoint.source.envoy;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.envoy.FilterUse.RouteRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the levels above a route say.
 *
 * @param owner the innermost level
 * @param headerLevels the levels that may edit headers, in the order in which their edits are made
 * @param levels the configurations of filters, least specific first
 * @param mostSpecificLast whether a more specific level's edits come after the others
 * @param rates the rate limits
 * @param knownClusters whether a route to an unknown cluster is an error
 */
record RouteScope(
        Message owner,
        List<Message> headerLevels,
        Levels levels,
        boolean mostSpecificLast,
        RouteRates rates,
        boolean knownClusters) {

    RouteScope {
        headerLevels = List.copyOf(headerLevels);
    }

    /** The scope of a virtual host in a route configuration. */
    RouteScope within(Message host, ResourceRef ref) {
        return new RouteScope(
                host,
                edits(host),
                levels.with(host, ref),
                mostSpecificLast,
                new RouteRates(List.of(), host.messages("rate_limits"), false),
                knownClusters);
    }

    /** The header edits of the levels and of a more specific one. */
    List<Message> edits(Message level) {
        List<Message> out = new ArrayList<>(headerLevels);
        out.add(mostSpecificLast ? out.size() : 0, level);
        return out;
    }

    /** The retry policy of the virtual host. */
    Optional<Message> retryPolicy() {
        return owner.message("retry_policy");
    }
}
