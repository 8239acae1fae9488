/** Calls to processors: channels by event loop and endpoint, and the stream of one exchange. */
@NullMarked
package dev.waypoint.extproc.client;

import org.jspecify.annotations.NullMarked;
