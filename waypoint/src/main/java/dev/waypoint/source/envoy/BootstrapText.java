package dev.waypoint.source.envoy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads files that are YAML or JSON. */
final class BootstrapText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML =
            new YAMLMapper(YAMLFactory.builder().loaderOptions(unbounded()).build());

    private BootstrapText() {}

    private static LoaderOptions unbounded() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        return options;
    }

    /** JSON is read as such, which is much faster than reading it as YAML. */
    static ObjectNode read(Path file) throws UnreadableBootstrap {
        String text = text(file);
        try {
            JsonNode tree = text.stripLeading().startsWith("{") ? json(text) : YAML.readTree(text);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new UnreadableBootstrap(file + " holds no object, expected an Envoy configuration");
        } catch (JsonProcessingException e) {
            throw new UnreadableBootstrap(
                    file + ":" + line(e) + " is neither YAML nor JSON: " + e.getOriginalMessage());
        }
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return YAML.readTree(text);
        }
    }

    private static int line(JsonProcessingException problem) {
        return problem.getLocation() == null ? 1 : problem.getLocation().getLineNr();
    }

    private static String text(Path file) throws UnreadableBootstrap {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UnreadableBootstrap(file + " cannot be read: " + e);
        }
    }
}
