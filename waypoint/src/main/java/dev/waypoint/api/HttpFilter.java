package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import java.util.List;

/**
 * {@code HttpFilter.spec}: any filter, used by a rule's {@code ExtensionRef} or attached to its targets.
 *
 * @param filter the filter's kind
 * @param config its configuration, read into the record of the kind when translated
 * @param enforcement whether it is obeyed: {@code Enforced}, {@code Shadow}, or {@code {sampled: 5%}}
 * @param targetRefs what it is attached to; none if it is used by ExtensionRef only
 * @param priority order among filters of one placement and level; higher runs earlier
 * @param phase when it runs: before a route is chosen, or after
 */
public record HttpFilter(
        String filter,
        @Default("{}") JsonNode config,
        @Default("\"Enforced\"") JsonNode enforcement,
        @Size(max = 16) List<PolicyTarget> targetRefs,
        @Default("0") int priority,
        @Default("\"PostRouting\"") Phase phase) {
    public HttpFilter {
        targetRefs = List.copyOf(targetRefs);
    }

    /** When a filter runs. */
    public enum Phase {
        /** Before a route is chosen, so that the headers that it sets take part in the choice; for Gateways and listeners. */
        @Name("PreRouting")
        PRE_ROUTING,
        /** When the route is known. */
        @Name("PostRouting")
        POST_ROUTING
    }
}
