package dev.waypoint.api;

import dev.waypoint.config.Default;
import java.util.Optional;

/** What a policy of the same namespace applies to; the section is a listener, a Service's port, or a route's rule, by name. */
public record PolicyTarget(
        @Default("\"gateway.networking.k8s.io\"") String group,
        String kind,
        String name,
        Optional<String> sectionName) {}
