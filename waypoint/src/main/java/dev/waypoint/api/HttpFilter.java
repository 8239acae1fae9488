package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.util.List;

/** {@code HttpFilter.spec}: any filter, used by a rule's {@code ExtensionRef} or attached to its targets. */
@Doc(
        "A filter of any kind, built in or brought along. A rule of a route uses it by an `ExtensionRef`, or it is attached to its"
                + " targets.")
@Rule(
        cel = "self.phase != 'PreRouting' || !has(self.targetRefs)"
                + " || self.targetRefs.all(t, t.kind in ['Gateway', 'ListenerSet'])",
        message =
                "phase PreRouting: expected targets of kind Gateway or ListenerSet only, elsewhere the route is already"
                        + " chosen")
public record HttpFilter(
        @Doc("The filter's kind, such as `cors` or `jwt`.") @Size(min = 1, max = 63)
        String filter,

        @Doc("Its configuration; the reference page of the filter's kind names the fields.") @Default("{}")
        JsonNode config,

        @Doc("Whether it is obeyed: `Enforced`, `Shadow` (evaluated and counted only), or `{sampled: \"5%\"}` of the"
                + " requests.")
        @Default("\"Enforced\"")
        JsonNode enforcement,

        @Doc("What it is attached to; nothing if rules name it themselves.") @Size(max = 16)
        List<PolicyTarget> targetRefs,

        @Doc("The order among filters of one placement and level: higher runs earlier, then the older one.")
        @Default("0")
        int priority,

        @Doc(
                "Before or after a route is chosen. Headers set before take part in the choice; for Gateways and listeners.")
        @Default("\"PostRouting\"")
        Phase phase) {
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
