package dev.waypoint.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes records as trees of data, in the form that {@link RecordReader} reads. What equals its default and what is empty is
 * left out.
 */
public final class RecordWriter {

    /** What stands in place of a secret. */
    public static final String REDACTED = "(redacted)";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final boolean redact;

    private RecordWriter(boolean redact) {
        this.redact = redact;
    }

    /** Writes a record for people: {@link Sensitive} components are {@value #REDACTED}. */
    public static ObjectNode write(Record value) {
        return new RecordWriter(true).record(value);
    }

    /** Writes a record for other processes, with its secrets. */
    public static ObjectNode writeWithSecrets(Record value) {
        return new RecordWriter(false).record(value);
    }

    private ObjectNode record(Record value) {
        ObjectNode node = NODES.objectNode();
        for (RecordShape.Field field : RecordShape.of(value.getClass()).fields().values()) {
            Object component = field.component().of(value);
            if (!RecordReader.defaultOf(field).equals(Optional.of(component))) {
                write(component, field.shape())
                        .ifPresent(written -> node.set(
                                field.name(), redact && field.isSensitive() ? NODES.textNode(REDACTED) : written));
            }
        }
        return node;
    }

    /** The written form; empty if there is nothing to write. */
    private Optional<JsonNode> write(Object value, ValueShape shape) {
        return switch (shape) {
            case ValueShape.Text _ -> Optional.of(NODES.textNode((String) value));
            case ValueShape.Whole whole ->
                Optional.of(whole.isLong() ? NODES.numberNode((long) value) : NODES.numberNode((int) value));
            case ValueShape.Decimal _ -> Optional.of(NODES.numberNode((double) value));
            case ValueShape.Truth _ -> Optional.of(NODES.booleanNode((boolean) value));
            case ValueShape.Raw _ -> Optional.of((JsonNode) value);
            case ValueShape.Choice choice ->
                Optional.of(NODES.textNode(choice.spellings().get(value)));
            case ValueShape.Span _ -> Optional.of(NODES.textNode(DurationText.print((Duration) value)));
            case ValueShape.Regex _, ValueShape.Word _ -> Optional.of(NODES.textNode(value.toString()));
            case ValueShape.Maybe maybe -> maybe.wrapping().unwrap(value).map(inner -> whole(inner, maybe.element()));
            case ValueShape.Many many ->
                Optional.of(many((List<?>) value, many)).filter(list -> !list.isEmpty());
            case ValueShape.Table table ->
                Optional.of(table((Map<?, ?>) value, table)).filter(object -> !object.isEmpty());
            case ValueShape.Nested _ -> Optional.of(record((Record) value));
        };
    }

    /** An entry of a list or map, or the content of an optional: written even if empty, because its presence says something. */
    private JsonNode whole(Object value, ValueShape shape) {
        return switch (shape) {
            case ValueShape.Many many -> many((List<?>) value, many);
            case ValueShape.Table table -> table((Map<?, ?>) value, table);
            case ValueShape.Scalar _, ValueShape.Maybe _, ValueShape.Nested _ ->
                write(value, shape).orElseGet(NODES::nullNode);
        };
    }

    private JsonNode many(List<?> values, ValueShape.Many shape) {
        ArrayNode array = NODES.arrayNode(values.size());
        values.forEach(value -> array.add(whole(value, shape.element())));
        return array;
    }

    private JsonNode table(Map<?, ?> values, ValueShape.Table shape) {
        // Immutable maps have another order in each process: sorted, what is printed stays the same.
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        values.forEach((key, value) -> sorted.put((String) key, whole(value, shape.element())));
        ObjectNode object = NODES.objectNode();
        object.setAll(sorted);
        return object;
    }
}
