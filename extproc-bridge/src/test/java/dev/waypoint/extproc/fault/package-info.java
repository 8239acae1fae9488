@NullMarked
package dev.waypoint.extproc.fault;

import org.jspecify.annotations.NullMarked;
