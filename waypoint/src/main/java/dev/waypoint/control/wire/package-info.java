/**
 * Routing records as keyed resources: what a controller sends to its proxies, and a proxy keeps for its next start. No sockets, no
 * files.
 */
@NullMarked
package dev.waypoint.control.wire;

import org.jspecify.annotations.NullMarked;
