package dev.waypoint.extproc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/** JSON values between Jackson, in which metadata is kept, and protobuf, in which it travels. */
public final class Structs {

    private Structs() {}

    /** An object as a struct. */
    public static Struct of(ObjectNode node) {
        Struct.Builder struct = Struct.newBuilder();
        node.forEachEntry((name, value) -> struct.putFields(name, of(value)));
        return struct.build();
    }

    /** Any JSON value. */
    public static Value of(JsonNode node) {
        Value.Builder value = Value.newBuilder();
        if (node instanceof ObjectNode object) {
            value.setStructValue(of(object));
        } else if (node instanceof ArrayNode array) {
            ListValue.Builder list = ListValue.newBuilder();
            array.forEach(entry -> list.addValues(of(entry)));
            value.setListValue(list);
        } else if (node.isBoolean()) {
            value.setBoolValue(node.booleanValue());
        } else if (node.isNumber()) {
            value.setNumberValue(node.doubleValue());
        } else if (node.isNull() || node.isMissingNode()) {
            value.setNullValue(NullValue.NULL_VALUE);
        } else {
            value.setStringValue(node.asText());
        }
        return value.build();
    }

    /** The object; a value of another kind gives an empty one, as in Envoy. */
    public static ObjectNode toObject(Value value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        value.getStructValue().getFieldsMap().forEach((name, field) -> object.set(name, toNode(field)));
        return object;
    }

    private static JsonNode toNode(Value value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value.getKindCase()) {
            case BOOL_VALUE -> nodes.booleanNode(value.getBoolValue());
            case NUMBER_VALUE -> nodes.numberNode(value.getNumberValue());
            case STRING_VALUE -> nodes.textNode(value.getStringValue());
            case STRUCT_VALUE -> toObject(value);
            case LIST_VALUE -> {
                ArrayNode array = nodes.arrayNode();
                value.getListValue().getValuesList().forEach(entry -> array.add(toNode(entry)));
                yield array;
            }
            case NULL_VALUE, KIND_NOT_SET -> nodes.nullNode();
        };
    }
}
