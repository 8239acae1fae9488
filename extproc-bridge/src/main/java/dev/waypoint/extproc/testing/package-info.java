/** For the tests of processors: recorded exchanges as JUnit tests. */
@NullMarked
package dev.waypoint.extproc.testing;

import org.jspecify.annotations.NullMarked;
