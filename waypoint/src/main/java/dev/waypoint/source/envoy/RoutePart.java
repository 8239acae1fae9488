package dev.waypoint.source.envoy;

import dev.waypoint.ir.RouteIr;
import java.util.List;

/**
 * The routes of some hosts that are written as one HTTPRoute.
 *
 * @param name the name of the HTTPRoute
 * @param hostnames its hosts
 * @param routes one for each of its rules
 */
record RoutePart(String name, List<String> hostnames, List<RouteIr> routes) {
    RoutePart {
        hostnames = List.copyOf(hostnames);
        routes = List.copyOf(routes);
    }
}
