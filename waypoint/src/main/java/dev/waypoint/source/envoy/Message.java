package dev.waypoint.source.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One message of the configuration in the JSON form of Protocol Buffers: fields in snake or camel case, durations as {@code
 * "0.25s"}, enum values by name or number. Each read is remembered; what nobody read is a finding at the end.
 *
 * @see <a href="https://protobuf.dev/programming-guides/json/">ProtoJSON</a>
 */
final class Message {

    private final ObjectNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> read = new HashSet<>();
    private final Map<String, Message> parts = new HashMap<>();
    private boolean binding;

    Message(ObjectNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        read.add("@type");
        problems.track(this);
    }

    /** An empty message at a path, for what is left out. */
    static Message absent(String path, Problems problems) {
        return new Message(JsonNodeFactory.instance.objectNode(), path, problems);
    }

    String path() {
        return path;
    }

    /** The path of a field, as findings print it. */
    String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    Problems problems() {
        return problems;
    }

    /** From here on a field that nobody reads is an error: without it the rest would mean something else. */
    Message binding() {
        binding = true;
        return this;
    }

    /** The type of an {@code Any}, without the part before the slash; empty if there is none. */
    String type() {
        String url = node.path("@type").asText();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    boolean has(String field) {
        return find(field).isPresent();
    }

    private Optional<JsonNode> find(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            value = node.get(camel(field));
            read.add(camel(field));
        }
        read.add(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private static String camel(String snake) {
        StringBuilder out = new StringBuilder(snake.length());
        boolean up = false;
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            if (c == '_') {
                up = true;
            } else {
                out.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return out.toString();
    }

    /** The tree of a field, as written. */
    Optional<JsonNode> tree(String field) {
        return find(field);
    }

    Optional<Message> message(String field) {
        return find(field).flatMap(value -> asMessage(value, path(field)));
    }

    /** The message of a field, or an empty one. */
    Message child(String field) {
        return message(field).orElseGet(() -> parts.computeIfAbsent(path(field), where -> absent(where, problems)));
    }

    private Optional<Message> asMessage(JsonNode value, String where) {
        if (value instanceof ObjectNode object) {
            // Read twice, a message stays the same, so that it knows all that was read of it.
            Message message = parts.computeIfAbsent(where, place -> new Message(object, place, problems));
            return Optional.of(binding ? message.binding() : message);
        }
        problems.error(where, Problems.print(value), "expected an object");
        return Optional.empty();
    }

    List<Message> messages(String field) {
        List<Message> out = new ArrayList<>();
        List<JsonNode> values = list(field);
        for (int i = 0; i < values.size(); i++) {
            asMessage(values.get(i), path(field) + "[" + i + "]").ifPresent(out::add);
        }
        return out;
    }

    /** A map field with messages for values. */
    Map<String, Message> messageMap(String field) {
        Map<String, Message> out = new LinkedHashMap<>();
        find(field).ifPresent(value -> {
            if (!value.isObject()) {
                problems.error(path(field), Problems.print(value), "expected an object");
            }
            value.properties()
                    .forEach(entry -> asMessage(entry.getValue(), path(field) + "." + entry.getKey())
                            .ifPresent(message -> out.put(entry.getKey(), message)));
        });
        return out;
    }

    private List<JsonNode> list(String field) {
        Optional<JsonNode> found = find(field);
        if (found.isEmpty()) {
            return List.of();
        }
        if (!found.get().isArray()) {
            problems.error(path(field), Problems.print(found.get()), "expected a list");
            return List.of();
        }
        List<JsonNode> out = new ArrayList<>();
        found.get().forEach(out::add);
        return out;
    }

    Optional<String> text(String field) {
        return find(field).flatMap(value -> scalar(value, path(field)));
    }

    /** A string field, empty if left out. */
    String string(String field) {
        return text(field).orElse("");
    }

    /** A string field that must not be empty. */
    String required(String field) {
        String value = string(field);
        if (value.isEmpty()) {
            problems.error(path(field), "", "must not be empty");
        }
        return value;
    }

    List<String> strings(String field) {
        List<String> out = new ArrayList<>();
        List<JsonNode> values = list(field);
        for (int i = 0; i < values.size(); i++) {
            scalar(values.get(i), path(field) + "[" + i + "]").ifPresent(out::add);
        }
        return out;
    }

    private Optional<String> scalar(JsonNode value, String where) {
        if (value.isValueNode()) {
            return Optional.of(value.asText());
        }
        problems.error(where, Problems.print(value), "expected a string");
        return Optional.empty();
    }

    boolean flag(String field, boolean fallback) {
        return optionalFlag(field).orElse(fallback);
    }

    Optional<Boolean> optionalFlag(String field) {
        return find(field).flatMap(value -> {
            if (value.isBoolean()) {
                return Optional.of(value.asBoolean());
            }
            if (value.isTextual() && value.asText().matches("true|false")) {
                return Optional.of(Boolean.valueOf(value.asText()));
            }
            problems.error(path(field), Problems.print(value), "expected true or false");
            return Optional.empty();
        });
    }

    /** An integer of any width; 64-bit ones may be written as strings. */
    long number(String field, long fallback, long min, long max) {
        Optional<JsonNode> found = find(field);
        if (found.isEmpty()) {
            return fallback;
        }
        JsonNode value = found.get();
        try {
            long number = new BigDecimal(value.asText()).longValueExact();
            if (number >= min && number <= max) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // reported below, as a number out of range is
        }
        problems.error(path(field), Problems.print(value), "expected an integer from " + min + " to " + max);
        return fallback;
    }

    int count(String field, int fallback) {
        return (int) number(field, fallback, 0, Integer.MAX_VALUE);
    }

    /** A count that may exceed our own range, such as Envoy's 2^32 - 1 for "no bound". */
    int cappedCount(String field, int fallback) {
        return (int) Math.min(Integer.MAX_VALUE, number(field, fallback, 0, 0xffff_ffffL));
    }

    double real(String field, double fallback) {
        return find(field).map(JsonNode::asDouble).orElse(fallback);
    }

    Optional<Duration> duration(String field) {
        return find(field).flatMap(value -> {
            Optional<Duration> parsed = ProtoDuration.parse(value.asText());
            if (parsed.isEmpty()) {
                problems.error(path(field), Problems.print(value), "expected seconds such as 0.25s");
            }
            return parsed;
        });
    }

    /** An enum value by name or number; the constants of the type stand in the order of their numbers, from 0. */
    <E extends Enum<E>> E choice(String field, Class<E> type, E fallback) {
        Optional<JsonNode> found = find(field);
        if (found.isEmpty()) {
            return fallback;
        }
        String text = found.get().asText();
        E[] values = type.getEnumConstants();
        for (int number = 0; number < values.length; number++) {
            if (values[number].name().equals(text) || String.valueOf(number).equals(text)) {
                return values[number];
            }
        }
        problems.error(path(field), Problems.print(found.get()), "expected one of " + List.of(values));
        return fallback;
    }

    byte[] bytes(String field) {
        String text = string(field);
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            problems.error(path(field), "", "expected base64: " + e.getMessage());
            return new byte[0];
        }
    }

    /** The one alternative of a group that is set; more than one is an error. */
    Optional<String> oneOf(String... fields) {
        List<String> set = new ArrayList<>();
        for (String field : fields) {
            if (node.hasNonNull(field) || node.hasNonNull(camel(field))) {
                set.add(field);
            }
        }
        if (set.size() > 1) {
            problems.error(path, String.join(" and ", set), "expected only one of them");
        }
        return set.stream().findFirst();
    }

    /** Fields that are understood and have no bearing on what the proxy does to a request. */
    void harmless(String... fields) {
        for (String field : fields) {
            find(field);
        }
    }

    /** A field that is understood but has no counterpart; a warning if it is set. */
    void noEffect(String field, String why) {
        find(field).ifPresent(value -> problems.warning(path(field), Problems.print(value), why));
    }

    void error(String field, String expectation) {
        String value = find(field).map(Problems::print).orElse("");
        problems.error(path(field), value, expectation);
    }

    void reportUnread() {
        node.properties().forEach(entry -> {
            if (read.contains(entry.getKey())) {
                return;
            }
            String value = Problems.print(entry.getValue());
            if (binding) {
                problems.error(path(entry.getKey()), value, "not understood, and what is around it depends on it");
            } else {
                problems.warning(path(entry.getKey()), value, "not understood, has no effect");
            }
        });
    }
}
