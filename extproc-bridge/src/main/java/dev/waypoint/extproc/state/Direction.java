package dev.waypoint.extproc.state;

/** One of the two directions of an exchange. */
public enum Direction {
    REQUEST,
    RESPONSE
}
