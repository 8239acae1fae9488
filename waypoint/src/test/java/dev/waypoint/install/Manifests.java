package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The plain manifests that are published. */
final class Manifests {

    static final Path DEPLOY = Path.of("..", "deploy");
    static final Path BASE = DEPLOY.resolve("base");

    private static final YAMLMapper YAML = new YAMLMapper();

    private Manifests() {}

    /** The texts of the files that the kustomization of the controller names. */
    static Map<String, String> base() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (JsonNode name :
                YAML.readTree(BASE.resolve("kustomization.yaml").toFile()).path("resources")) {
            files.put(name.asText(), Files.readString(BASE.resolve(name.asText())));
        }
        return files;
    }

    /** The objects of texts by kind and name. */
    static Map<String, JsonNode> objects(Iterable<String> texts) throws IOException {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (String text : texts) {
            try (MappingIterator<JsonNode> documents =
                    YAML.readerFor(JsonNode.class).readValues(text)) {
                while (documents.hasNext()) {
                    JsonNode object = documents.next();
                    if (object.isObject()) {
                        String name = object.path("kind").asText() + " "
                                + object.path("metadata").path("name").asText();
                        if (objects.put(name, object) != null) {
                            throw new IllegalStateException(name + " is there twice");
                        }
                    }
                }
            }
        }
        return objects;
    }
}
