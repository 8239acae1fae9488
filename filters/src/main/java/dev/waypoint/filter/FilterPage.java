package dev.waypoint.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.waypoint.config.Example;
import dev.waypoint.config.RecordSchema;
import dev.waypoint.config.SchemaTable;
import java.util.Map;
import java.util.Optional;

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
            page.append(SchemaTable.markdown(schema));
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
}
