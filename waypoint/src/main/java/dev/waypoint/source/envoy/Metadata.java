package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** Reads {@code config.core.v3.Metadata} as far as it chooses endpoints. */
final class Metadata {

    private Metadata() {}

    /** The labels of {@code envoy.lb}, by which subsets of a cluster are told apart. */
    static Map<String, String> subset(Message metadata) {
        Map<String, String> out = new TreeMap<>();
        metadata.tree("filter_metadata")
                .map(all -> all.path("envoy.lb"))
                .ifPresent(labels ->
                        labels.properties().forEach(entry -> out.put(entry.getKey(), text(entry.getValue()))));
        metadata.harmless("typed_filter_metadata");
        return out;
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
