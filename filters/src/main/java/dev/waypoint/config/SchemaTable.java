package dev.waypoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Writes the fields of a schema as a table in Markdown: name, type with bounds, default, and what the field is for. */
public final class SchemaTable {

    private final StringBuilder table = new StringBuilder("| field | type | default | |\n|---|---|---|---|\n");

    private SchemaTable() {}

    /** The table of all fields of an object, those of its parts included. */
    public static String markdown(JsonNode schema) {
        SchemaTable table = new SchemaTable();
        table.fields("", schema);
        return table.table.toString();
    }

    private void fields(String prefix, JsonNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.textValue()));
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            JsonNode value = field.getValue();
            String name = prefix + field.getKey();
            String fallback = required.contains(field.getKey())
                    ? "**required**"
                    : value.has("default") ? code(value.path("default").toString()) : "";
            row(name, value, fallback);
            nested(name, value);
        }
    }

    private void nested(String name, JsonNode value) {
        if (value.has("properties")) {
            fields(name + ".", value);
        } else if (value.has("items")) {
            nested(name + "[]", value.path("items"));
        } else if (value.path("additionalProperties").isObject()) {
            nested(name + ".*", value.path("additionalProperties"));
        }
    }

    private void row(String name, JsonNode value, String fallback) {
        table.append("| ")
                .append(code(name))
                .append(" | ")
                .append(type(value))
                .append(" | ")
                .append(fallback);
        table.append(" | ")
                .append(value.path("description").asText("").replace("|", "\\|"))
                .append(" |\n");
    }

    private static String type(JsonNode value) {
        if (value.has("enum")) {
            StringBuilder choices = new StringBuilder();
            value.path("enum")
                    .forEach(choice ->
                            choices.append(choices.isEmpty() ? "" : ", ").append(code(choice.textValue())));
            return choices.toString();
        }
        String type = switch (value.path("type").asText("")) {
            case "string" ->
                value.path("pattern").asText("").equals(DurationText.PATTERN)
                        ? "duration"
                        : value.path("format").asText("").equals("regex") ? "expression (RE2)" : "text";
            case "integer" -> "whole number";
            case "number" -> "number";
            case "boolean" -> "true or false";
            case "array" -> "list of " + type(value.path("items"));
            case "object" ->
                value.path("additionalProperties").isObject()
                        ? "map of " + type(value.path("additionalProperties"))
                        : "object";
            default -> "any";
        };
        return type
                + bounds(value, "minimum", "maximum", "")
                + bounds(value, "minLength", "maxLength", " characters")
                + bounds(value, "minItems", "maxItems", " entries")
                + bounds(value, "minProperties", "maxProperties", " entries");
    }

    private static String bounds(JsonNode value, String min, String max, String unit) {
        if (value.has(min) && value.has(max)) {
            return ", " + value.path(min) + " to " + value.path(max) + unit;
        }
        if (value.has(min)) {
            return ", at least " + value.path(min) + unit;
        }
        return value.has(max) ? ", at most " + value.path(max) + unit : "";
    }

    private static String code(String text) {
        return "`" + text.replace("|", "\\|") + "`";
    }
}
