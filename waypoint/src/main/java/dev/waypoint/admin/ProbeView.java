package dev.waypoint.admin;

import java.util.Optional;

/** What a cluster asks a pod. */
public interface ProbeView {

    /** Why no traffic should come now; empty if it may. */
    Optional<String> unready();

    /** The metrics as Prometheus reads them. */
    String metrics();
}
