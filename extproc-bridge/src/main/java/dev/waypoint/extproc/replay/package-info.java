/** Plays recorded exchanges against a processor, and tells what it answers differently. */
@NullMarked
package dev.waypoint.extproc.replay;

import org.jspecify.annotations.NullMarked;
