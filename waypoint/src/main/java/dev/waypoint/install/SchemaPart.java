package dev.waypoint.install;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Schemas that no record stands for. */
final class SchemaPart {

    private static final YAMLMapper YAML = new YAMLMapper();

    private SchemaPart() {}

    /** Reads one of the files beside this class. */
    static ObjectNode read(String file) {
        try (InputStream stream = SchemaPart.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is missing in the jar");
            }
            return YAML.readValue(stream, ObjectNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
