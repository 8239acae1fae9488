package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.RouteFilter.HeaderModifier;
import dev.waypoint.api.TrafficPolicy;

/** Writes the transformations of a TrafficPolicy as configuration of the filter that does them. */
final class Transforms {

    static final String FILTER = CoreFilters.HEADERS;

    private Transforms() {}

    static ObjectNode config(TrafficPolicy.Transform transform) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        transform.request().ifPresent(edit -> config.setAll(CoreFilters.headers("request", modifier(edit))));
        transform.response().ifPresent(edit -> config.setAll(CoreFilters.headers("response", modifier(edit))));
        return config;
    }

    private static HeaderModifier modifier(TrafficPolicy.Edit edit) {
        return new HeaderModifier(edit.set(), edit.add(), edit.remove());
    }
}
