package dev.waypoint.api;

import dev.waypoint.config.Lenient;
import java.util.Map;

/** A ConfigMap; {@code binaryData} is Base64. */
@Lenient
public record ConfigMap(Map<String, String> data, Map<String, String> binaryData) {
    public ConfigMap {
        data = Map.copyOf(data);
        binaryData = Map.copyOf(binaryData);
    }
}
