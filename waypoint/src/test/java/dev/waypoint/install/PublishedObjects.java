package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The objects that people copy from us: of the examples' files and of the pages. */
final class PublishedObjects {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

    private PublishedObjects() {}

    /** An object and the file that it is from. */
    record Published(Path file, ObjectNode object) {
        String kind() {
            return object.path("kind").asText();
        }

        @Override
        public String toString() {
            return file + " " + kind() + " "
                    + object.path("metadata").path("name").asText();
        }
    }

    /** All objects of a group's kinds below the examples and pages. Files that show mistakes are left out. */
    static List<Published> all(String group) throws IOException {
        List<Published> objects = new ArrayList<>();
        for (Path root : List.of(Path.of("..", "examples"), Path.of("..", "docs"))) {
            try (Stream<Path> walk = Files.walk(root)) {
                for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                    collect(file, group, objects);
                }
            }
        }
        return objects;
    }

    private static void collect(Path file, String group, List<Published> objects) throws IOException {
        String name = file.toString();
        if (name.contains("target/") || name.contains("mistakes")) {
            return;
        }
        if (name.endsWith(".yaml")) {
            read(file, Files.readString(file), group, objects);
        } else if (name.endsWith(".md")) {
            Matcher blocks = BLOCK.matcher(Files.readString(file));
            while (blocks.find()) {
                // In a list it is indented.
                read(file, blocks.group(1).stripIndent(), group, objects);
            }
        }
    }

    private static void read(Path file, String text, String group, List<Published> objects) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNext()) {
                if (documents.next() instanceof ObjectNode object
                        && object.path("apiVersion").asText().startsWith(group + "/")) {
                    objects.add(new Published(file, object));
                }
            }
        }
    }
}
