/** The command line: one class for each command. Knows what a user may say, and nothing of how it is done. */
@NullMarked
package dev.waypoint.cli;

import org.jspecify.annotations.NullMarked;
