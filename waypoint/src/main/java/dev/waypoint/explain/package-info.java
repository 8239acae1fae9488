/** Tells what a snapshot would do with a made-up request, and why not something else. Asks the very tables that serve requests. */
@NullMarked
package dev.waypoint.explain;

import org.jspecify.annotations.NullMarked;
