@NullMarked
package dev.waypoint.extproc.transcript;

import org.jspecify.annotations.NullMarked;
