package dev.waypoint.control.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.RecordComponents;
import dev.waypoint.config.RecordComponents.Component;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes records as compact JSON that {@link TreeReader} reads: the same bytes for equal records in every process. Empty values
 * are left out. A record that is one of several kinds names its kind in {@value #KIND}.
 */
final class TreeWriter {

    /** Names the kind of a record; no component of a record has this name. */
    static final String KIND = "@";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Parts parts;

    TreeWriter(Parts parts) {
        this.parts = parts;
    }

    /** Says which values do not stand where they are used, but are written in another way. */
    interface Parts {
        /** The written form of a value that is treated apart; empty for one that is not. */
        Optional<JsonNode> write(Object value);
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of data can always be written", e);
        }
    }

    /** Writes a record, but for some of its components. */
    ObjectNode record(Record record, Set<String> without) {
        ObjectNode node = NODES.objectNode();
        if (isOneOfSeveral(record.getClass())) {
            node.put(KIND, record.getClass().getSimpleName());
        }
        for (Component component : RecordComponents.of(record.getClass()).all()) {
            if (!without.contains(component.name())) {
                JsonNode written = write(component.of(record));
                boolean left = component.defaultJson().map(written::equals).orElseGet(() -> isEmpty(written));
                if (!left) {
                    node.set(component.name(), written);
                }
            }
        }
        return node;
    }

    private static boolean isOneOfSeveral(Class<?> type) {
        return Stream.of(type.getInterfaces()).anyMatch(Class::isSealed);
    }

    JsonNode write(Object value) {
        return parts.write(value).orElseGet(() -> switch (value) {
            case String text -> NODES.textNode(text);
            case Boolean bool -> NODES.booleanNode(bool);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Enum<?> constant -> NODES.textNode(constant.name());
            case Duration duration -> NODES.textNode(duration.isZero() ? "" : duration.toString());
            case Optional<?> optional -> optional.map(this::some).orElseGet(NODES::nullNode);
            case Set<?> set -> array(set.stream().map(this::write).sorted(Comparator.comparing(JsonNode::toString)));
            case List<?> list -> array(list.stream().map(this::write));
            case Map<?, ?> map -> map(map);
            case Record record -> record(record, Set.of());
            default ->
                throw new IllegalStateException(
                        "routing records have a value of " + value.getClass().getName() + ", which cannot be sent");
        });
    }

    /** Its presence says something even if it is empty: then it stands in an array, and an array in another. */
    private JsonNode some(Object value) {
        JsonNode written = write(value);
        return isEmpty(written) || written.isArray() ? NODES.arrayNode().add(written) : written;
    }

    private static ArrayNode array(Stream<JsonNode> nodes) {
        ArrayNode array = NODES.arrayNode();
        nodes.forEach(array::add);
        return array;
    }

    private ObjectNode map(Map<?, ?> map) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put((String) key, write(value)));
        ObjectNode node = NODES.objectNode();
        node.setAll(sorted);
        return node;
    }

    static boolean isEmpty(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> true;
            case STRING -> node.textValue().isEmpty();
            case NUMBER -> node.doubleValue() == 0;
            case BOOLEAN -> !node.booleanValue();
            case ARRAY, OBJECT -> node.isEmpty();
            case BINARY, POJO -> false;
        };
    }
}
