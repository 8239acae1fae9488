package dev.waypoint.filter.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordSchema;
import dev.waypoint.config.RecordWriter;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks what every filter's configuration record must satisfy, on an example that the author gives. The example should set as
 * many fields as possible: bounds are tried on each number, text, list and map that occurs in it.
 */
public final class ConfigContract {

    private static final String UNKNOWN = "noSuchField";
    private static final int MAX_TRIED_SIZE = 100_000;

    private final FilterFactory<?> factory;
    private final JsonNode example;
    private final List<String> broken = new ArrayList<>();

    private ConfigContract(FilterFactory<?> factory, JsonNode example) {
        this.factory = factory;
        this.example = example;
    }

    /**
     * Checks: the factory is registered; every field is documented; the example is read without findings, equal by value, and
     * survives being written and read; unknown fields are refused at every level; values outside of the bounds are refused.
     *
     * @throws AssertionError with everything that is broken
     */
    public static void check(FilterFactory<?> factory, String example) {
        ConfigContract contract = new ConfigContract(factory, FilterHarness.json(example));
        contract.registration();
        contract.example();
        ObjectNode schema = RecordSchema.jsonSchema(factory.kind().configType());
        contract.documentation(schema, "config");
        contract.walk(schema, contract.example, "config");
        if (!contract.broken.isEmpty()) {
            throw new AssertionError(
                    "configuration of " + factory.kind().name() + ":\n  " + String.join("\n  ", contract.broken));
        }
    }

    private void registration() {
        FilterCatalog installed = FilterCatalog.installed(_ -> {})
                .plus(factory.getClass().getClassLoader(), "the filter's class loader", _ -> {});
        boolean found = installed
                .find(factory.kind().name())
                .filter(registered -> registered.getClass() == factory.getClass())
                .isPresent();
        if (!found) {
            broken.add(factory.getClass().getName() + " is not named in META-INF/services/"
                    + FilterFactory.class.getName());
        }
        if (factory.kind().summary().isBlank()) {
            broken.add("the kind has no summary");
        }
    }

    private void example() {
        List<Finding> findings = new ArrayList<>();
        Optional<? extends Record> first = FilterHarness.read(factory, example, findings);
        if (first.isEmpty()) {
            findings.forEach(finding -> broken.add("the example has a finding: " + finding));
            return;
        }
        if (!first.equals(FilterHarness.read(factory, example, findings))) {
            broken.add("reading the example twice gives records that are not equal");
        }
        ObjectNode written = RecordWriter.writeWithSecrets(first.get());
        if (!first.equals(FilterHarness.read(factory, written, findings))) {
            broken.add("the example is written as " + written + ", which is not read back as the same: " + findings);
        }
    }

    private void documentation(JsonNode schema, String path) {
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String at = path + "." + field.getKey();
            if (!field.getValue().has("description")) {
                broken.add(at + " has no @Doc");
            }
            documentation(field.getValue(), at);
        }
        if (schema.path("items").isObject()) {
            documentation(schema.path("items"), path + "[]");
        }
        if (schema.path("additionalProperties").isObject()) {
            documentation(schema.path("additionalProperties"), path + ".*");
        }
    }

    /** Goes through the parts of the example beside their schemas. */
    private void walk(JsonNode schema, JsonNode value, String path) {
        if (value.isNumber()) {
            refuse(schema, "minimum", -1, path);
            refuse(schema, "maximum", 1, path);
        } else if (value.isTextual()) {
            sizes(schema, "minLength", "maxLength", path, this::text);
        } else if (value.isArray()) {
            sizes(schema, "minItems", "maxItems", path, size -> array(value, size));
            for (int i = 0; i < value.size(); i++) {
                walk(schema.path("items"), value.get(i), path + "[" + i + "]");
            }
        } else if (value.isObject() && schema.has("properties")) {
            unknown(schema, value, path);
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                walk(schema.path("properties").path(field.getKey()), field.getValue(), path + "." + field.getKey());
            }
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                walk(schema.path("additionalProperties"), entry.getValue(), path + "." + entry.getKey());
            }
        }
    }

    private void unknown(JsonNode schema, JsonNode value, String path) {
        if (schema.path("additionalProperties").isBoolean()) {
            ObjectNode changed = value.deepCopy();
            changed.put(UNKNOWN, 1);
            mustRefuse(path, changed, path + "." + UNKNOWN, "an unknown field");
        }
    }

    private void refuse(JsonNode schema, String bound, int step, String path) {
        if (schema.has(bound)) {
            long outside = schema.path(bound).longValue() + step;
            mustRefuse(path, JsonNodeFactory.instance.numberNode(outside), path, "the number " + outside);
        }
    }

    private interface Sized {
        JsonNode ofSize(int size);
    }

    private void sizes(JsonNode schema, String min, String max, String path, Sized values) {
        if (schema.has(min)) {
            int size = schema.path(min).intValue() - 1;
            mustRefuse(path, values.ofSize(size), path, "the size " + size);
        }
        if (schema.has(max) && schema.path(max).intValue() < MAX_TRIED_SIZE) {
            int size = schema.path(max).intValue() + 1;
            mustRefuse(path, values.ofSize(size), path, "the size " + size);
        }
    }

    private JsonNode text(int size) {
        return JsonNodeFactory.instance.textNode("x".repeat(size));
    }

    private static JsonNode array(JsonNode value, int size) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < size; i++) {
            array.add(value.isEmpty() ? JsonNodeFactory.instance.textNode("x") : value.get(i % value.size()));
        }
        return array;
    }

    /** Puts a value in a place of the example, which must then have a finding at the expected path. */
    private void mustRefuse(String place, JsonNode value, String expectedPath, String what) {
        JsonNode changed = replace(example, "config", place, value);
        List<Finding> findings = new ArrayList<>();
        FilterHarness.read(factory, changed, findings);
        if (findings.stream().noneMatch(finding -> finding.path().equals(expectedPath))) {
            broken.add(place + " takes " + what + "; findings are " + findings);
        }
    }

    private static JsonNode replace(JsonNode node, String path, String place, JsonNode value) {
        if (path.equals(place)) {
            return value;
        }
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(field -> copy.set(
                            field.getKey(), replace(field.getValue(), path + "." + field.getKey(), place, value)));
            return copy;
        }
        if (node.isArray()) {
            var copy = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                copy.add(replace(node.get(i), path + "[" + i + "]", place, value));
            }
            return copy;
        }
        return node;
    }
}
