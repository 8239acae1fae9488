package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Optional;

/** A backend of a rule, with its share of the requests and the filters for that share. */
public record BackendRef(
        @Default("\"\"") String group,
        @Default("\"Service\"") String kind,
        Optional<String> namespace,
        String name,
        @Range(min = 1, max = 65535) Optional<Integer> port,
        @Default("1") @Range(min = 0, max = 1000000) int weight,
        @Size(max = 16) List<RouteFilter> filters) {
    public BackendRef {
        filters = List.copyOf(filters);
    }

    /** The object and port alone. */
    public BackendTarget target() {
        return new BackendTarget(group, kind, namespace, name, port);
    }
}
