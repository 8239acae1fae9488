/** Bytes to messages and back. Each transport is a package of its own below this one. */
@NullMarked
package dev.waypoint.transport;

import org.jspecify.annotations.NullMarked;
