package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Optional;

/** {@code ListenerSet.spec}: listeners that are added to a Gateway. */
public record ListenerSet(
        Parent parentRef, @Size(min = 1, max = 64) List<Listener> listeners) {
    public ListenerSet {
        listeners = List.copyOf(listeners);
    }

    /** The Gateway. */
    public record Parent(
            @Default("\"gateway.networking.k8s.io\"") String group,
            @Default("\"Gateway\"") String kind,
            Optional<String> namespace,
            String name) {}
}
