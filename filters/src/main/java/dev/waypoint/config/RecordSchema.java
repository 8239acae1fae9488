package dev.waypoint.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Describes record types as schemas: the same components and annotations that {@link RecordReader} obeys. */
public final class RecordSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 20;

    private final boolean structural;

    private RecordSchema(boolean structural) {
        this.structural = structural;
    }

    /** A JSON schema (draft 2020-12) for editors and validators. */
    public static ObjectNode jsonSchema(Class<? extends Record> type) {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.setAll(new RecordSchema(false).record(type, 0));
        return schema;
    }

    /**
     * A structural schema as {@code openAPIV3Schema} of a CustomResourceDefinition: no references, and nothing is said of
     * unknown fields, which the API server prunes. It has the {@link Rule}s, which a JSON schema cannot express.
     */
    public static ObjectNode structural(Class<? extends Record> type) {
        return new RecordSchema(true).record(type, 0);
    }

    private ObjectNode record(Class<? extends Record> type, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalStateException(type.getName() + " contains itself: schemas cannot say that");
        }
        RecordShape shape = RecordShape.of(type);
        ObjectNode schema = typed("object");
        if (!shape.doc().isEmpty()) {
            schema.put("description", shape.doc());
        }
        ObjectNode properties = NODES.objectNode();
        ArrayNode required = NODES.arrayNode();
        for (RecordShape.Field field : shape.fields().values()) {
            properties.set(field.name(), field(field, depth));
            if (field.isRequired()) {
                required.add(field.name());
            }
        }
        if (!properties.isEmpty()) {
            schema.set("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (structural) {
            rules(schema, shape);
        } else if (!shape.lenient()) {
            schema.put("additionalProperties", false);
        }
        return schema;
    }

    private static void rules(ObjectNode schema, RecordShape shape) {
        if (!shape.rules().isEmpty()) {
            ArrayNode rules = schema.putArray("x-kubernetes-validations");
            shape.rules()
                    .forEach(rule -> rules.addObject().put("rule", rule.cel()).put("message", rule.message()));
        }
    }

    private ObjectNode field(RecordShape.Field field, int depth) {
        ObjectNode schema = value(field.shape(), field.bounds(), depth + 1);
        if (!field.notes().doc().isEmpty()) {
            schema.put("description", field.notes().doc());
        }
        field.defaultJson().ifPresent(json -> schema.set("default", json));
        if (structural && !field.notes().uniqueBy().isEmpty()) {
            schema.put("x-kubernetes-list-type", "map");
            schema.putArray("x-kubernetes-list-map-keys").add(field.notes().uniqueBy());
        }
        return schema;
    }

    private ObjectNode value(ValueShape shape, RecordShape.Bounds bounds, int depth) {
        return switch (shape) {
            case ValueShape.Text _ -> sized(typed("string"), "Length", bounds);
            case ValueShape.Whole whole ->
                ranged(typed("integer").put("format", whole.isLong() ? "int64" : "int32"), bounds);
            case ValueShape.Decimal _ -> ranged(typed("number"), bounds);
            case ValueShape.Truth _ -> typed("boolean");
            case ValueShape.Raw _ ->
                structural ? NODES.objectNode().put("x-kubernetes-preserve-unknown-fields", true) : NODES.objectNode();
            case ValueShape.Choice choice -> {
                ObjectNode schema = typed("string");
                choice.values().keySet().forEach(schema.putArray("enum")::add);
                yield schema;
            }
            case ValueShape.Span _ -> typed("string").put("pattern", DurationText.PATTERN);
            case ValueShape.Regex _ ->
                structural ? typed("string") : typed("string").put("format", "regex");
            case ValueShape.Word word ->
                word.pattern().isEmpty() ? typed("string") : typed("string").put("pattern", word.pattern());
            case ValueShape.Maybe maybe -> value(maybe.element(), bounds, depth);
            case ValueShape.Many many -> {
                ObjectNode schema = sized(typed("array"), "Items", bounds);
                schema.set("items", value(many.element(), bounds.ofEntries(), depth + 1));
                yield structural ? schema.put("x-kubernetes-list-type", "atomic") : schema;
            }
            case ValueShape.Table table -> {
                ObjectNode schema = sized(typed("object"), "Properties", bounds);
                yield schema.set("additionalProperties", value(table.element(), bounds.ofEntries(), depth + 1));
            }
            case ValueShape.Nested nested -> record(nested.type(), depth + 1);
        };
    }

    private static ObjectNode typed(String type) {
        return NODES.objectNode().put("type", type);
    }

    private static ObjectNode ranged(ObjectNode schema, RecordShape.Bounds bounds) {
        if (bounds.min() != Long.MIN_VALUE) {
            schema.put("minimum", bounds.min());
        }
        if (bounds.max() != Long.MAX_VALUE) {
            schema.put("maximum", bounds.max());
        }
        return schema;
    }

    private static ObjectNode sized(ObjectNode schema, String what, RecordShape.Bounds bounds) {
        if (bounds.minSize() > 0) {
            schema.put("min" + what, bounds.minSize());
        }
        if (bounds.maxSize() != Integer.MAX_VALUE) {
            schema.put("max" + what, bounds.maxSize());
        }
        return schema;
    }
}
