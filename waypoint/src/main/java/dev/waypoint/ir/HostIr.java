package dev.waypoint.ir;

import java.util.List;

/**
 * The routes of one host name of a listener.
 *
 * @param hostname exact, {@code *.suffix} for one or more labels in front, or {@code *} for all
 * @param routes the routes in the order of their precedence: the first that matches takes the request
 */
public record HostIr(String hostname, List<RouteIr> routes) {
    public HostIr {
        routes = List.copyOf(routes);
    }

    /** Cheap on purpose: tables of thousands of routes are keys of maps. */
    @Override
    public int hashCode() {
        return 31 * hostname.hashCode() + routes.size();
    }
}
