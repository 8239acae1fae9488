package dev.waypoint.api;

import dev.waypoint.config.Default;
import java.util.Map;

/** A Secret; its values are never printed. */
public record Secret(@Default("\"Opaque\"") String type, Map<String, String> data, Map<String, String> stringData) {
    public Secret {
        data = Map.copyOf(data);
        stringData = Map.copyOf(stringData);
    }

    @Override
    public String toString() {
        return "Secret[type=" + type + ", redacted]";
    }
}
