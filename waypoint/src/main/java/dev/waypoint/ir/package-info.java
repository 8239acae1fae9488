/**
 * What was decided about routing, as printable and comparable records: the boundary between translation and execution, of the
 * golden tests, and the wire format. No behaviour, no I/O.
 */
@NullMarked
package dev.waypoint.ir;

import org.jspecify.annotations.NullMarked;
