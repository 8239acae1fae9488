package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Range;
import java.util.Optional;

/** A backend without a share: of a mirror, of external authorization, of a policy. */
public record BackendTarget(
        @Default("\"\"") String group,
        @Default("\"Service\"") String kind,
        Optional<String> namespace,
        String name,
        @Range(min = 1, max = 65535) Optional<Integer> port) {}
