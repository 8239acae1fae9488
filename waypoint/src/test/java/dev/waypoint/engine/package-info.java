@NullMarked
package dev.waypoint.engine;

import org.jspecify.annotations.NullMarked;
