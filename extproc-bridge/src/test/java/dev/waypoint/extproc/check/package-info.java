/** Tests of the check, with good processors and deliberately broken ones. */
@NullMarked
package dev.waypoint.extproc.check;

import org.jspecify.annotations.NullMarked;
