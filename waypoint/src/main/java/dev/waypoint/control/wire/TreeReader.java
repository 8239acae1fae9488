package dev.waypoint.control.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.waypoint.config.RecordComponents;
import dev.waypoint.config.RecordComponents.Component;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what {@link TreeWriter} wrote. Strict: a field, kind or constant that is not known here is refused, because a proxy that
 * ignored a part of its configuration would do something else than was decided.
 */
final class TreeReader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OLDER =
            "not known to this proxy, which seems to be older than its controller: upgrade the proxy";

    private final Parts parts;

    TreeReader(Parts parts) {
        this.parts = parts;
    }

    /** The other side of {@link TreeWriter.Parts}. */
    interface Parts {
        /** Reads a value that is treated apart; empty if values of this type are not. */
        Optional<Object> read(JsonNode node, Class<?> type) throws UnreadableConfig;
    }

    static JsonNode tree(Piece piece) throws UnreadableConfig {
        try {
            return JSON.readTree(piece.bytes());
        } catch (IOException e) {
            throw new UnreadableConfig("not JSON: " + e.getMessage());
        }
    }

    /** Reads a record, some of whose components are known from elsewhere. */
    <T> T record(JsonNode node, Class<T> type, Map<String, Object> supplied) throws UnreadableConfig {
        RecordComponents components = RecordComponents.of(type);
        if (!node.isObject()) {
            throw wrong(node, "expected the fields of " + type.getSimpleName());
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!components.has(field.getKey()) && !field.getKey().equals(TreeWriter.KIND)) {
                throw new UnreadableConfig("." + field.getKey() + ": " + OLDER);
            }
        }
        Object[] values = new Object[components.all().size()];
        for (Component component : components.all()) {
            Object known = supplied.get(component.name());
            values[component.index()] = known != null ? known : field(node, component);
        }
        try {
            return type.cast(components.construct(values));
        } catch (RuntimeException e) {
            throw new UnreadableConfig(": refused by " + type.getSimpleName() + ": " + e.getMessage());
        }
    }

    private Object field(JsonNode record, Component component) throws UnreadableConfig {
        JsonNode node = record.path(component.name());
        if (node.isMissingNode() && component.defaultJson().isPresent()) {
            node = component.defaultJson().get();
        }
        try {
            return read(node, component.type());
        } catch (UnreadableConfig e) {
            throw e.behind("." + component.name());
        }
    }

    Object read(JsonNode node, Type type) throws UnreadableConfig {
        if (type instanceof ParameterizedType generic) {
            return generic(node, generic);
        }
        Class<?> plain = (Class<?>) type;
        Optional<Object> apart = parts.read(node, plain);
        if (apart.isPresent()) {
            return apart.get();
        }
        if (plain == String.class) {
            return text(node);
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return node.asBoolean(false);
        }
        if (plain == Duration.class) {
            return duration(text(node));
        }
        if (plain.isEnum()) {
            return constant(text(node), plain);
        }
        if (plain.isRecord()) {
            return record(node.isMissingNode() ? JsonNodeFactory.instance.objectNode() : node, plain, Map.of());
        }
        return plain.isSealed() ? record(node, kind(node, plain), Map.of()) : number(node, plain);
    }

    private Object number(JsonNode node, Class<?> type) throws UnreadableConfig {
        if (!node.isMissingNode() && !node.isNumber()) {
            throw wrong(node, "expected a number");
        }
        if (type == int.class || type == Integer.class) {
            return node.asInt(0);
        }
        if (type == long.class || type == Long.class) {
            return node.asLong(0);
        }
        if (type == double.class || type == Double.class) {
            return node.asDouble(0);
        }
        throw new IllegalStateException(
                "routing records have a component of " + type.getName() + ", which cannot be received");
    }

    private Object generic(JsonNode node, ParameterizedType type) throws UnreadableConfig {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (raw == Optional.class) {
            return node.isMissingNode() ? Optional.empty() : Optional.of(some(node, arguments[0]));
        }
        if (raw == List.class) {
            return list(node, arguments[0]);
        }
        if (raw == Set.class) {
            return Set.copyOf(new HashSet<>(list(node, arguments[0])));
        }
        if (raw == Map.class && arguments[0] == String.class) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                map.put(entry.getKey(), entry(entry.getValue(), "[" + entry.getKey() + "]", arguments[1]));
            }
            return map;
        }
        throw new IllegalStateException("routing records have a component of " + type + ", which cannot be received");
    }

    /** An array of one stands for a value that is empty, though it is there, or for an array. */
    private Object some(JsonNode node, Type type) throws UnreadableConfig {
        return read(node.isArray() && node.size() == 1 ? node.get(0) : node, type);
    }

    private List<Object> list(JsonNode node, Type element) throws UnreadableConfig {
        if (!node.isMissingNode() && !node.isArray()) {
            throw wrong(node, "expected a list");
        }
        List<Object> values = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            values.add(entry(node.get(i), "[" + i + "]", element));
        }
        return values;
    }

    private Object entry(JsonNode node, String place, Type type) throws UnreadableConfig {
        try {
            return read(node, type);
        } catch (UnreadableConfig e) {
            throw e.behind(place);
        }
    }

    private static String text(JsonNode node) throws UnreadableConfig {
        if (!node.isMissingNode() && !node.isTextual()) {
            throw wrong(node, "expected text");
        }
        return node.asText("");
    }

    private static Duration duration(String text) throws UnreadableConfig {
        try {
            return text.isEmpty() ? Duration.ZERO : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new UnreadableConfig(" is " + text + ": expected a duration");
        }
    }

    private static Object constant(String name, Class<?> type) throws UnreadableConfig {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new UnreadableConfig(" is " + name + ": " + OLDER);
    }

    private static Class<?> kind(JsonNode node, Class<?> sealed) throws UnreadableConfig {
        String name = node.path(TreeWriter.KIND).asText("");
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            if (kind.getSimpleName().equals(name)) {
                return kind;
            }
        }
        throw new UnreadableConfig(" is of kind '" + name + "': " + OLDER);
    }

    private static UnreadableConfig wrong(JsonNode node, String expectation) {
        return new UnreadableConfig(" is of type " + node.getNodeType() + ": " + expectation);
    }
}
