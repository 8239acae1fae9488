/** The faults of processors: kept for operators to look at, and explained rule by rule. */
@NullMarked
package dev.waypoint.extproc.fault;

import org.jspecify.annotations.NullMarked;
