package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Compares objects with what was applied. */
final class Drift {

    private Drift() {}

    /**
     * The part of an object that an applied one speaks of. The server writes values in forms of its own and adds defaults, so the
     * object that was applied is no measure; what this was right after applying is.
     */
    static JsonNode part(JsonNode object, JsonNode applied) {
        if (object.isObject() && applied.isObject()) {
            ObjectNode part = JsonNodeFactory.instance.objectNode();
            applied.properties()
                    .forEach(field -> part.set(field.getKey(), part(object.path(field.getKey()), field.getValue())));
            return part;
        }
        if (object.isArray() && applied.isArray() && object.size() == applied.size()) {
            ArrayNode part = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < object.size(); i++) {
                part.add(part(object.get(i), applied.get(i)));
            }
            return part;
        }
        return object.isNumber() ? JsonNodeFactory.instance.numberNode(object.decimalValue()) : object;
    }
}
