package dev.waypoint.api;

import dev.waypoint.config.Lenient;

/** A Pod; only its labels matter, for subsets. */
@Lenient
public record Pod() {}
