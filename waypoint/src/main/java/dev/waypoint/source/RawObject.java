package dev.waypoint.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.SourcePosition;
import java.util.Map;

/**
 * One object as it was written, before it is read into its type.
 *
 * @param ref its name; the namespace is {@code default} where the object names none
 * @param apiVersion such as {@code gateway.networking.k8s.io/v1}
 * @param tree all of it
 * @param file the file, as the user named it
 * @param lines the line of each field by its path ({@code spec.rules[0].matches}); the empty path is the object itself
 */
public record RawObject(ResourceRef ref, String apiVersion, ObjectNode tree, String file, Map<String, Integer> lines) {

    /** Where the field of a path stands; for a field that is not there, the nearest thing around it that is. */
    public SourcePosition position(String path) {
        String nearest = path;
        while (!lines.containsKey(nearest)) {
            int cut = Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['));
            if (cut < 0) {
                return new SourcePosition(file, lines.getOrDefault("", 1));
            }
            nearest = nearest.substring(0, cut);
        }
        return new SourcePosition(file, lines.getOrDefault(nearest, 1));
    }
}
