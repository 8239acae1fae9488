package dev.waypoint.control.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.RecordWriter;
import dev.waypoint.ir.BackendIr;
import dev.waypoint.ir.EndpointIr;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.ir.HostIr;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.ResolvedIr;
import dev.waypoint.ir.RouteIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TlsIr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes some routing records as resources. Parts that are the same objects as what an earlier writer wrote are not written again.
 * Not thread-safe.
 */
final class ResourceWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<ResourceKey, Content> resources = new LinkedHashMap<>();
    private final Map<Object, Encoded> before;
    private final Map<Object, Encoded> now = new IdentityHashMap<>();
    private boolean ambiguous;

    /** Something written, and what it names. */
    private record Encoded(Content content, List<Child> children) {}

    /** A resource that another one names. */
    private record Child(String kind, String wanted, Record value, String name) {}

    /** A writer without any memory. */
    ResourceWriter() {
        this.before = Map.of();
    }

    /** @param earlier has probably written much of the same */
    ResourceWriter(ResourceWriter earlier) {
        this.before = earlier.now;
    }

    /** What was written. */
    Map<ResourceKey, Content> resources() {
        return resources;
    }

    /** Whether a name was wanted for different contents, so that what a resource is called depends on what else there is. */
    boolean isAmbiguous() {
        return ambiguous;
    }

    /** What is known besides listeners, backends and callers. */
    void gateway(RoutingIr ir) {
        put(Kinds.GATEWAY, "", written(ir, "", Set.of("listeners", "backends", "callers"), new ArrayList<>()));
    }

    void callers(Map<String, String> callers) {
        put(
                Kinds.CALLERS,
                "",
                Content.Sequence.of(new TreeMap<>(callers)
                        .entrySet().stream()
                                .map(caller -> text(caller.getKey() + " " + caller.getValue()))
                                .toList()));
    }

    void listenerNames(List<String> names) {
        put(
                Kinds.LISTENERS,
                "",
                Content.Sequence.of(names.stream().map(ResourceWriter::text).toList()));
    }

    /** A listener with the names of its hosts. */
    void listener(String name, ListenerIr listener) {
        put(Kinds.LISTENER, name, written(listener, name, Set.of("hosts"), new ArrayList<>()));
        put(
                Kinds.HOSTS,
                name,
                Content.Sequence.of(listener.hosts().stream()
                        .map(host -> text(host.hostname()))
                        .toList()));
    }

    /** The routes of a host, with all that they name. */
    void host(String listener, HostIr host) {
        List<Piece> routes = new ArrayList<>(host.routes().size());
        for (RouteIr route : host.routes()) {
            if (encoded(route, "", Set.of()).content() instanceof Content.Whole(Piece piece)) {
                routes.add(piece);
            }
        }
        put(Kinds.HOST, listener + " " + host.hostname(), Content.Sequence.of(routes));
    }

    void backend(BackendIr backend) {
        String name = backend.id().toString();
        put(Kinds.BACKEND, name, encoded(backend, name, Set.of("endpoints")).content());
        put(Kinds.ENDPOINTS, name, endpoints(backend.endpoints()).content());
    }

    private void put(String kind, String name, Content content) {
        resources.put(new ResourceKey(kind, name), content);
    }

    private Encoded endpoints(List<EndpointIr> endpoints) {
        Encoded written = remembered(endpoints).orElseGet(() -> {
            TreeWriter writer = new TreeWriter(value -> Optional.empty());
            return new Encoded(
                    Content.Sequence.of(endpoints.stream()
                            .map(endpoint -> Piece.of(TreeWriter.bytes(writer.write(endpoint))))
                            .toList()),
                    List.of());
        });
        now.put(endpoints, written);
        return written;
    }

    private static Piece text(String text) {
        return Piece.of(TreeWriter.bytes(NODES.textNode(text)));
    }

    // ---- records, and what they name

    private Encoded encoded(Record record, String scope, Set<String> without) {
        Encoded written = remembered(record)
                .filter(this::childrenKeepTheirNames)
                .orElseGet(() -> {
                    List<Child> children = new ArrayList<>();
                    return new Encoded(written(record, scope, without, children), List.copyOf(children));
                });
        now.put(record, written);
        return written;
    }

    /** Also notes the children as resources, and theirs. */
    private boolean childrenKeepTheirNames(Encoded known) {
        boolean same = true;
        for (Child child : known.children()) {
            same &= child.name().equals(name(child.kind(), child.wanted(), child.value()));
        }
        return same;
    }

    private Content written(Record record, String scope, Set<String> without, List<Child> children) {
        TreeWriter writer = new TreeWriter(value -> part(value, scope, children));
        ObjectNode tree = record instanceof FilterIr filter ? filter(filter, children) : writer.record(record, without);
        return new Content.Whole(Piece.of(TreeWriter.bytes(tree)));
    }

    private Optional<JsonNode> part(Object value, String scope, List<Child> children) {
        return switch (value) {
            case RuleIr rule -> Optional.of(named(Kinds.RULE, rule.route() + "/" + rule.name(), rule, children));
            case FilterIr filter when isOfOneRoute(filter) -> Optional.of(filter(filter, children));
            case FilterIr filter ->
                Optional.of(named(
                        Kinds.FILTER,
                        filter.filter() + " of " + filter.source()
                                + (filter.target().isEmpty() ? "" : " on " + filter.target()),
                        filter,
                        children));
            case TlsIr.CertificateIr certificate ->
                Optional.of(named(Kinds.CERTIFICATE, scope + "/" + children.size(), certificate, children));
            default -> Optional.empty();
        };
    }

    /** Nobody else uses what a route itself configures. */
    private static boolean isOfOneRoute(FilterIr filter) {
        return filter.source().kind().endsWith("Route");
    }

    private ObjectNode filter(FilterIr filter, List<Child> children) {
        TreeWriter writer = new TreeWriter(value -> Optional.empty());
        ObjectNode tree = writer.record(filter, Set.of("config", "references"));
        tree.set("config", RecordWriter.writeWithSecrets(filter.config()));
        Map<String, ArrayNode> sorted = new TreeMap<>();
        filter.references().forEach((reference, found) -> {
            JsonNode key = writer.write(reference);
            JsonNode value = switch (found) {
                case ResolvedIr.Data data ->
                    named(
                            data.secret() ? Kinds.SECRET : Kinds.DATA,
                            reference.namespace().orElse(filter.source().namespace()) + "/" + reference.name(),
                            data,
                            children);
                case ResolvedIr.Backend backend -> writer.write(backend);
            };
            sorted.put(key.toString(), NODES.arrayNode().add(key).add(value));
        });
        if (!sorted.isEmpty()) {
            tree.putArray("references").addAll(sorted.values());
        }
        return tree;
    }

    private JsonNode named(String kind, String wanted, Record value, List<Child> children) {
        String name = name(kind, wanted, value);
        children.add(new Child(kind, wanted, value, name));
        return NODES.textNode(name);
    }

    /** Makes a resource of a record; if another one has the name that it wants, its content becomes part of its name. */
    private String name(String kind, String wanted, Record value) {
        Content content = encoded(value, wanted, Set.of()).content();
        Content taken = resources.putIfAbsent(new ResourceKey(kind, wanted), content);
        if (taken == null || taken.digest().equals(content.digest())) {
            return wanted;
        }
        ambiguous = true;
        String name = wanted + "#" + content.digest().brief();
        put(kind, name, content);
        return name;
    }

    private Optional<Encoded> remembered(Object value) {
        return Optional.ofNullable(now.get(value)).or(() -> Optional.ofNullable(before.get(value)));
    }
}
