package dev.waypoint.extproc.state;

/** How to decide where Envoy's behaviour surprises. */
public enum Profile {
    /** Exactly as Envoy does. */
    ENVOY,
    /** As its documentation says, where that is safe: all that works with Envoy works the same. */
    EXTENDED
}
