/** A whole installation in a cluster, under load and in trouble. */
@NullMarked
package dev.waypoint.control.live;

import org.jspecify.annotations.NullMarked;
