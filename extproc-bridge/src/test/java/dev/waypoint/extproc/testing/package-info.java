@NullMarked
package dev.waypoint.extproc.testing;

import org.jspecify.annotations.NullMarked;
