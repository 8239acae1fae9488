package dev.waypoint.control;

import dev.waypoint.ir.RoutingIr;

/**
 * What the proxies of a data plane are to serve.
 *
 * @param version grows whenever the routing changes, also from one controller to the next; never the same for two different ones
 * @param routing what is served
 * @param replicas the ready proxies of the data plane, at least 1, for limits that are divided among them; may change while the
 *     version does not
 */
public record ProxyConfig(long version, RoutingIr routing, int replicas) {}
