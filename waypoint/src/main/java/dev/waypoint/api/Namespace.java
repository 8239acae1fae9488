package dev.waypoint.api;

/** A Namespace; only its labels matter. */
public record Namespace() {}
