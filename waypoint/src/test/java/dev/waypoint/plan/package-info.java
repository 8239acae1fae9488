@NullMarked
package dev.waypoint.plan;

import org.jspecify.annotations.NullMarked;
