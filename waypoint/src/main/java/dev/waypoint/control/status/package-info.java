/** Writes statuses and Events: only what changed, and only our own share of objects that other controllers write too. */
@NullMarked
package dev.waypoint.control.status;

import org.jspecify.annotations.NullMarked;
