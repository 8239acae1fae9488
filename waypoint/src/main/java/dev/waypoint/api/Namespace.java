package dev.waypoint.api;

import dev.waypoint.config.Lenient;

/** A Namespace; only its labels matter. */
@Lenient
public record Namespace() {}
