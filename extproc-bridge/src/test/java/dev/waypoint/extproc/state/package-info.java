/** Tests of the state machine: tables, and seeded random schedules. */
@NullMarked
package dev.waypoint.extproc.state;

import org.jspecify.annotations.NullMarked;
