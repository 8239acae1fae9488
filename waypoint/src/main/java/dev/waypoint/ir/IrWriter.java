package dev.waypoint.ir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.RecordComponents;
import dev.waypoint.config.RecordWriter;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.Sensitive;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes decided records as trees of data, for people and for golden tests. Absent and empty parts are left out; a record that is
 * one of several kinds names its kind; secrets are {@value RecordWriter#REDACTED}.
 */
public final class IrWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private IrWriter() {}

    /** Writes a record, or a list or map of records. */
    public static JsonNode write(Object value) {
        return switch (value) {
            case ResourceRef ref -> NODES.textNode(ref.toString());
            case BackendId id -> NODES.textNode(id.toString());
            case TlsIr.CertificateIr certificate -> certificate(certificate);
            case ResolvedIr.Data data -> data(data);
            case FilterIr filter -> filter(filter);
            case Record record -> record(record);
            case JsonNode node -> node;
            case Optional<?> optional -> optional.map(IrWriter::write).orElse(NODES.nullNode());
            case Collection<?> collection -> collection(collection);
            case Map<?, ?> map -> map(map);
            case Boolean bool -> NODES.booleanNode(bool);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Duration duration -> NODES.textNode(duration(duration));
            default -> NODES.textNode(value.toString());
        };
    }

    private static ObjectNode record(Record record) {
        ObjectNode node = NODES.objectNode();
        if (isOneOfSeveral(record.getClass())) {
            node.put("kind", record.getClass().getSimpleName());
        }
        for (RecordComponents.Component component :
                RecordComponents.of(record.getClass()).all()) {
            if (component.annotation(Sensitive.class).isPresent()) {
                node.put(component.name(), RecordWriter.REDACTED);
                continue;
            }
            JsonNode written = write(component.of(record));
            if (!isEmpty(written)) {
                node.set(component.name(), written);
            }
        }
        return node;
    }

    private static boolean isOneOfSeveral(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (parent.isSealed() && parent.getPermittedSubclasses().length > 1) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode filter(FilterIr filter) {
        ObjectNode node = NODES.objectNode();
        node.put("filter", filter.filter());
        JsonNode config = RecordWriter.write(filter.config());
        if (!isEmpty(config)) {
            node.set("config", config);
        }
        node.put("source", filter.source().toString());
        if (!filter.target().isEmpty()) {
            node.put("target", filter.target());
        }
        node.set("enforcement", write(filter.enforcement()));
        if (!filter.references().isEmpty()) {
            node.set("references", write(filter.references()));
        }
        return node;
    }

    /** The chain is public: what matters of it is which one it is. */
    private static ObjectNode certificate(TlsIr.CertificateIr certificate) {
        ObjectNode node = NODES.objectNode();
        node.put("chain", "%08x".formatted(certificate.chainPem().hashCode()));
        node.put("key", RecordWriter.REDACTED);
        return node;
    }

    private static ObjectNode data(ResolvedIr.Data data) {
        ObjectNode values = NODES.objectNode();
        new TreeMap<>(data.base64())
                .forEach((key, value) -> values.put(key, data.secret() ? RecordWriter.REDACTED : value));
        ObjectNode node = NODES.objectNode();
        node.put("kind", "Data");
        node.set("base64", values);
        return node;
    }

    private static ArrayNode collection(Collection<?> collection) {
        ArrayNode node = NODES.arrayNode();
        Stream<JsonNode> written = collection.stream().map(IrWriter::write);
        // The sets of records have no order either.
        (collection instanceof Set ? written.sorted(Comparator.comparing(JsonNode::toString)) : written)
                .forEach(node::add);
        return node;
    }

    /** Sorted by the printed keys, since the maps of records have no order. */
    private static ObjectNode map(Map<?, ?> map) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), write(value)));
        ObjectNode node = NODES.objectNode();
        sorted.forEach(node::set);
        return node;
    }

    /** As configuration writes durations: {@code 1m30s}; zero is {@code 0s}. */
    private static String duration(Duration duration) {
        String iso = duration.toString().substring(2).toLowerCase(Locale.ROOT);
        return duration.isZero() ? "0s" : iso;
    }

    private static boolean isEmpty(JsonNode node) {
        return node.isNull()
                || (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.textValue().isEmpty());
    }
}
