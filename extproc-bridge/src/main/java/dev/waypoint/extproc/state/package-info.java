/** External processing as a pure state machine: events in, effects out; no sockets, threads or clocks. */
@NullMarked
package dev.waypoint.extproc.state;

import org.jspecify.annotations.NullMarked;
