package dev.waypoint.extproc.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes the values of certain headers out of messages: where they are headers, and where attributes or metadata repeat them. */
public final class Redaction {

    /** What stands in place of a value. */
    public static final String REDACTED = "(redacted)";

    /** Leaves everything as it is. */
    public static final Redaction NONE = new Redaction(Set.of());

    private final Set<String> names;

    /** Takes out the headers of these names. */
    public Redaction(Collection<String> names) {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    ObjectNode apply(ObjectNode message) {
        return names.isEmpty() ? message : object(message);
    }

    private boolean isSecret(String name) {
        return names.contains(name.toLowerCase(Locale.ROOT));
    }

    private JsonNode node(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(entry -> copy.add(node(entry)));
            return copy;
        }
        return node;
    }

    private ObjectNode object(ObjectNode object) {
        boolean header = isSecret(object.path("key").asText(""));
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = field.getKey();
            if (isSecret(name)) {
                copy.put(name, REDACTED);
            } else if (header && name.startsWith("raw")) {
                copy.put("rawText", REDACTED);
            } else if (header && name.equals("value")) {
                copy.put(name, REDACTED);
            } else {
                copy.set(name, node(field.getValue()));
            }
        }
        return copy;
    }
}
