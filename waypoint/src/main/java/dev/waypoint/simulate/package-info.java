/** Asks configuration about requests of the past. */
@NullMarked
package dev.waypoint.simulate;

import org.jspecify.annotations.NullMarked;
