/** The composition root: the only place that puts the rooms together. */
@NullMarked
package dev.waypoint.app;

import org.jspecify.annotations.NullMarked;
