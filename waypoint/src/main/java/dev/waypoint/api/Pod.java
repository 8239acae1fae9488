package dev.waypoint.api;

/** A Pod; only its labels matter, for subsets. */
public record Pod() {}
