/** Anything that configuration comes from, made into one immutable, versioned set of typed resources. */
@NullMarked
package dev.waypoint.source;

import org.jspecify.annotations.NullMarked;
