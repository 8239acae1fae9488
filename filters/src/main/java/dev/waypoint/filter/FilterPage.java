package dev.waypoint.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.Example;
import dev.waypoint.config.RecordSchema;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes the reference page of a filter, in Markdown, from its kind and configuration record alone. */
public final class FilterPage {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private final FilterKind<?> kind;
    private final StringBuilder page = new StringBuilder();

    private FilterPage(FilterKind<?> kind) {
        this.kind = kind;
    }

    /** The page. */
    public static String markdown(FilterKind<?> kind) {
        return new FilterPage(kind).write();
    }

    /** The JSON schema of the filter's configuration, formatted. */
    public static String schema(FilterKind<?> kind) {
        return RecordSchema.jsonSchema(kind.configType()).toPrettyString() + "\n";
    }

    /** The example that the configuration record carries, if it does. */
    public static Optional<JsonNode> example(FilterKind<?> kind) {
        Example example = kind.configType().getAnnotation(Example.class);
        if (example == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(example.value()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the example of " + kind.name() + " is not JSON", e);
        }
    }

    private String write() {
        JsonNode schema = RecordSchema.jsonSchema(kind.configType());
        page.append("# ")
                .append(kind.name())
                .append("\n\n")
                .append(kind.summary())
                .append("\n\n");
        if (schema.has("description")) {
            page.append(schema.path("description").textValue()).append("\n\n");
        }
        page.append("Runs in stage `").append(kind.placement().stage()).append('`');
        page.append(
                switch (kind.placement().side()) {
                    case BEFORE -> ", before the filters of that stage";
                    case DURING -> "";
                    case AFTER -> ", after the filters of that stage";
                });
        page.append(". [JSON schema](").append(kind.name()).append(".schema.json)\n\n");
        example(kind).ifPresent(this::example);
        page.append("## Fields\n\n");
        if (schema.path("properties").isEmpty()) {
            page.append("None.\n");
        } else {
            page.append("| field | type | default | |\n|---|---|---|---|\n");
            fields("", schema);
        }
        return page.toString();
    }

    private void example(JsonNode example) {
        page.append(
                "```yaml\napiVersion: waypoint.dev/v1alpha1\nkind: HttpFilter\nmetadata:\n  name: example\nspec:\n");
        page.append("  filter: ").append(kind.name()).append('\n');
        page.append("  config:");
        yaml(example, 4);
        page.append("```\n\n");
    }

    /** Writes a value behind its key. */
    private void yaml(JsonNode value, int indent) {
        if (value.isObject() && !value.isEmpty()) {
            page.append('\n');
            entries(value, indent, " ".repeat(indent));
        } else if (value.isArray() && !value.isEmpty()) {
            page.append('\n');
            for (JsonNode entry : value) {
                page.append(" ".repeat(indent)).append("- ");
                if (entry.isObject() && !entry.isEmpty()) {
                    entries(entry, indent + 2, "");
                } else {
                    page.append(scalar(entry)).append('\n');
                }
            }
        } else {
            page.append(' ').append(scalar(value)).append('\n');
        }
    }

    private void entries(JsonNode object, int indent, String firstIndent) {
        String before = firstIndent;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            page.append(before).append(field.getKey()).append(':');
            yaml(field.getValue(), indent + 2);
            before = " ".repeat(indent);
        }
    }

    private static String scalar(JsonNode value) {
        boolean plain = value.isTextual() && value.textValue().matches("[A-Za-z/][A-Za-z0-9_./-]*");
        boolean meansOther = value.isTextual() && value.textValue().matches("(?i)true|false|null|yes|no|on|off");
        return plain && !meansOther ? value.textValue() : value.toString();
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
        page.append("| ")
                .append(code(name))
                .append(" | ")
                .append(type(value))
                .append(" | ")
                .append(fallback);
        page.append(" | ")
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
