package dev.waypoint.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.RecordSchema;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import java.util.List;
import java.util.Map;

/**
 * The schema of a {@code spec}. Fields that the records of our objects keep as they are, because the configuration of a filter or a
 * pod defines them, get the schema of that.
 */
final class SpecSchema {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final FilterCatalog filters;

    SpecSchema(FilterCatalog filters) {
        this.filters = filters;
    }

    ObjectNode of(OwnKind own) {
        ObjectNode schema = RecordSchema.structural(own.kind().type());
        switch (own.kind().name()) {
            case "RateLimitPolicy" -> {
                ObjectNode limits = config("rate-limit");
                fill(schema, "limits", field(limits, "limits"));
                fill(schema, "concurrency", field(limits, "concurrency"));
                fill(schema, "headers", field(limits, "headers"));
                fill(schema, "global", field(limits, "global"));
                fill(schema, "enforcement", SchemaPart.read("enforcement.yaml"));
            }
            case "ExtProcPolicy" -> fill(schema, "when", field(field(config("ext-proc"), "processing"), "when"));
            case "TrafficPolicy" -> fill(schema, "transform", config("transform"));
            case "HttpFilter" -> {
                fill(schema, "config", object());
                fill(schema, "enforcement", SchemaPart.read("enforcement.yaml"));
            }
            case "WaypointParameters" -> {
                ObjectNode deployment = field(schema, "deployment");
                List.of("resources", "nodeSelector", "affinity").forEach(name -> fill(deployment, name, object()));
                List.of("tolerations", "topologySpreadConstraints").forEach(name -> fill(deployment, name, objects()));
            }
            default -> {}
        }
        tellDefaults(schema, !own.layered());
        return schema;
    }

    private ObjectNode config(String filter) {
        return filters.find(filter)
                .map(FilterFactory::kind)
                .map(kind -> RecordSchema.structural(kind.configType()))
                .orElseThrow(() -> new IllegalStateException("there is no filter " + filter));
    }

    private static ObjectNode field(ObjectNode schema, String name) {
        if (schema.path("properties").path(name) instanceof ObjectNode field) {
            return field;
        }
        throw new IllegalStateException("there is no field " + name + " in " + schema);
    }

    /** Puts a schema in the place of one that says nothing; documentation and default stay. */
    private static void fill(ObjectNode schema, String name, ObjectNode better) {
        ObjectNode field = field(schema, name);
        JsonNode doc = field.path("description");
        JsonNode value = field.path("default");
        field.removeAll();
        field.setAll(better);
        if (doc.isTextual()) {
            field.set("description", doc);
        }
        if (!value.isMissingNode()) {
            field.set("default", value);
        }
    }

    private static ObjectNode object() {
        return NODES.objectNode().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
    }

    private static ObjectNode objects() {
        ObjectNode list = NODES.objectNode().put("type", "array");
        list.set("items", object());
        return list.put("x-kubernetes-list-type", "atomic");
    }

    /**
     * Tells defaults in the documentation, because {@code kubectl explain} does not.
     *
     * @param filledIn whether the API server fills them in, too
     */
    private static void tellDefaults(ObjectNode schema, boolean filledIn) {
        JsonNode value = filledIn ? schema.path("default") : schema.remove("default");
        if (value != null
                && value.isValueNode()
                && !value.isMissingNode()
                && !value.asText().isBlank()) {
            schema.put(
                    "description",
                    schema.path("description").asText() + " Default: `"
                            + value.asText().strip() + "`.");
        }
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            if (field.getValue() instanceof ObjectNode child) {
                tellDefaults(child, filledIn);
            }
        }
        if (schema.path("items") instanceof ObjectNode items) {
            tellDefaults(items, filledIn);
        }
    }
}
