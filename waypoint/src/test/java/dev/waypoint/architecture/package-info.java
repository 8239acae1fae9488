/** The rules of the design that a compiler cannot see. */
@NullMarked
package dev.waypoint.architecture;

import org.jspecify.annotations.NullMarked;
