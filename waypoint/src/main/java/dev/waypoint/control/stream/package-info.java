/**
 * The stream of configuration from a controller to its proxies: both ends, and what a proxy keeps for its next start. The messages
 * are in {@code config_stream.proto}, their payloads in {@link dev.waypoint.control.wire}.
 */
@NullMarked
package dev.waypoint.control.stream;

import org.jspecify.annotations.NullMarked;
