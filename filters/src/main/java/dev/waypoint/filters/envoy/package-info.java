/** Filters that behave as Envoy's do, for configuration that was taken over from it. */
@NullMarked
package dev.waypoint.filters.envoy;

import org.jspecify.annotations.NullMarked;
