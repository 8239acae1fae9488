package dev.waypoint.source.envoy;

/**
 * What all routes of a listener have in common.
 *
 * @param listener what the listener says
 * @param filters the filters of its chain
 * @param clusters the clusters
 * @param catalog the kinds of filters there are
 */
record RouteContext(ListenerFacts listener, HttpFilters filters, Clusters clusters, FilterBinding catalog) {}
