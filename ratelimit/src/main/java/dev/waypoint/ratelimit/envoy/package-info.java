/**
 * A twin of the limiter in Envoy's {@code envoy.filters.http.local_ratelimit}, oddities included, for configurations
 * that were written for it. Behaviour is that of Envoy 1.40. For limits of our own see the package above.
 */
@NullMarked
package dev.waypoint.ratelimit.envoy;

import org.jspecify.annotations.NullMarked;
