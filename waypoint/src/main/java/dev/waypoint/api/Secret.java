package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Lenient;
import dev.waypoint.config.Sensitive;
import java.util.Map;

/** A Secret; its values are never printed. */
@Lenient
public record Secret(
        @Default("\"Opaque\"") String type,
        @Sensitive Map<String, String> data,
        @Sensitive Map<String, String> stringData) {
    public Secret {
        data = Map.copyOf(data);
        stringData = Map.copyOf(stringData);
    }

    @Override
    public String toString() {
        return "Secret[type=" + type + ", redacted]";
    }
}
