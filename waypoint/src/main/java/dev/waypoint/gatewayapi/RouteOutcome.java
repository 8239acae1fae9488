package dev.waypoint.gatewayapi;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import dev.waypoint.source.Resource;
import java.util.List;

/**
 * What a route comes to at its Gateways.
 *
 * @param route the route
 * @param ref its name
 * @param parents its status for each parent that is a Gateway or ListenerSet of ours
 * @param places the listeners that take it, each once
 * @param findings what is wrong with it
 * @param namesServices whether any of its parents is a Service, so that a mesh has to be asked, too
 */
record RouteOutcome(
        Resource<?> route,
        ResourceRef ref,
        List<ParentStatus> parents,
        List<Place> places,
        List<Finding> findings,
        boolean namesServices) {

    /** A listener that takes the route, with the Gateway that the listener belongs to. */
    record Place(ListenerState.Key listener, ResourceRef gateway, HostTables.Member member) {}

    RouteOutcome {
        parents = List.copyOf(parents);
        places = List.copyOf(places);
        findings = List.copyOf(findings);
    }
}
