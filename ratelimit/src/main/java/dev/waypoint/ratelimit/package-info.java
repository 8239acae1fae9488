/** Limits, keys and decisions. Knows nothing of HTTP. */
@NullMarked
package dev.waypoint.ratelimit;

import org.jspecify.annotations.NullMarked;
