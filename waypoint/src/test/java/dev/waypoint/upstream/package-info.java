@NullMarked
package dev.waypoint.upstream;

import org.jspecify.annotations.NullMarked;
