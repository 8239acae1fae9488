package dev.waypoint.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.config.RecordWriter;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.StatusTree;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.source.Resource;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The configuration as a tree of data, without its secrets. */
public final class ConfigDump {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ConfigDump() {}

    /** Everything: the stream it came by, objects, findings, statuses, decided records. */
    static ObjectNode of(ConfigState state, Optional<Record> stream) {
        ObjectNode node = NODES.objectNode();
        node.put("snapshot", state.snapshot().version());
        node.put("installed", state.installed().toString());
        stream.ifPresent(status -> node.set("stream", IrWriter.write(status)));
        node.put("resourceSet", state.resources().version());
        node.set("findings", findings(state.findings()));
        node.set("sockets", IrWriter.write(state.socketProblems()));
        node.set("problems", IrWriter.write(state.snapshot().problems()));
        node.set("resources", resources(state));
        node.set("statuses", statuses(state.statuses()));
        node.set("ir", IrWriter.write(state.snapshot().ir()));
        return node;
    }

    /** Findings, each with its place, object, path, value and expectation. */
    public static ArrayNode findings(Collection<Finding> findings) {
        ArrayNode array = NODES.arrayNode();
        for (Finding finding : findings) {
            ObjectNode node = array.addObject();
            node.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
            finding.position().ifPresent(place -> node.put("file", place.file()).put("line", place.line()));
            node.put("object", finding.ref().toString());
            node.put("path", finding.path());
            node.put("value", finding.value());
            node.put("expected", finding.expectation());
        }
        return array;
    }

    /** Statuses by object, in the form in which a controller writes them. */
    public static ObjectNode statuses(Map<ResourceRef, ObjectStatus> statuses) {
        ObjectNode node = NODES.objectNode();
        new TreeMap<>(statuses).forEach((ref, status) -> node.set(ref.toString(), StatusTree.of(status)));
        return node;
    }

    private static ArrayNode resources(ConfigState state) {
        ArrayNode array = NODES.arrayNode();
        Kinds.ALL.forEach(kind -> state.resources().all(kind).forEach(resource -> array.add(resource(kind, resource))));
        return array;
    }

    private static ObjectNode resource(Kind<?> kind, Resource<?> resource) {
        ObjectNode node = NODES.objectNode();
        node.put("apiVersion", kind.apiVersion());
        node.put("kind", kind.name());
        node.set("metadata", RecordWriter.write(resource.meta()));
        JsonNode spec = RecordWriter.write(resource.spec());
        switch (kind.layout()) {
            case SPEC -> node.set("spec", spec);
            case DOCUMENT -> spec.properties().forEach(field -> node.set(field.getKey(), field.getValue()));
            case STATUS -> node.set("status", spec);
        }
        resource.position().ifPresent(place -> node.put("from", place.toString()));
        return node;
    }

    /** One line of a table: the same columns as text and as JSON. */
    record Row(Map<String, String> cells) {}
}
