package dev.waypoint.extproc.state;

import dev.waypoint.config.Name;

/** How to decide where Envoy's behaviour surprises. */
public enum Profile {
    /** Exactly as Envoy does. */
    @Name("Envoy")
    ENVOY,
    /** As its documentation says, where that is safe: all that works with Envoy works the same. */
    @Name("Extended")
    EXTENDED
}
