package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Range;
import java.util.Optional;

/** What a route attaches to: a Gateway or ListenerSet (one listener or all), or a Service (one port or all). */
public record ParentRef(
        @Default("\"gateway.networking.k8s.io\"") String group,
        @Default("\"Gateway\"") String kind,
        Optional<String> namespace,
        String name,
        Optional<String> sectionName,
        @Range(min = 1, max = 65535) Optional<Integer> port) {}
