package dev.waypoint.gatewayapi;

import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a set of objects means.
 *
 * @param version the version of the set
 * @param ir all that is to be served by one process; empty for a cluster, where each Gateway has proxies of its own
 * @param gateways the same for each Gateway by itself
 * @param services the routes of Services in a mesh
 * @param statuses the status of each object that has one, in the order of their names; not to be changed
 * @param findings all problems, those of reading first
 * @param shared the proxies of Gateways that share some
 */
public record Translation(
        long version,
        RoutingIr ir,
        Map<ResourceRef, RoutingIr> gateways,
        List<ServiceRoutes> services,
        SortedMap<ResourceRef, ObjectStatus> statuses,
        List<Finding> findings,
        Map<ResourceRef, SharedPlane> shared) {

    /**
     * The routes of a Service's port, which replace its plain balancing.
     *
     * @param service the Service that callers address
     * @param port its port
     * @param consumers the namespace of the callers for whom these routes are; empty for all who have none of their own
     * @param routes the routes in the order of their precedence; 404 for what none of them takes
     */
    public record ServiceRoutes(ResourceRef service, int port, String consumers, List<RouteIr> routes) {
        public ServiceRoutes {
            routes = List.copyOf(routes);
        }
    }
}
