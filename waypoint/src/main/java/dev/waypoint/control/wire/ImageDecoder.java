package dev.waypoint.control.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.BackendId;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resources to routing records. What did not change since the image before is the same object again. Whatever is not known here is
 * refused, but for resources of an optional kind. Not thread-safe.
 */
public final class ImageDecoder {

    private final FilterCatalog catalog;
    private final Memory ofRoutes = new Memory();
    private final Memory ofBackends = new Memory();
    private Memory memory = ofRoutes;
    private ConfigImage last = ConfigImage.EMPTY;
    private RoutingIr lastRouting = RoutingIr.EMPTY;
    private Map<ResourceKey, BackendIr> lastBackends = Map.of();

    /** @param catalog the filters that are installed here */
    public ImageDecoder(FilterCatalog catalog) {
        this.catalog = catalog;
    }

    /** Something read, what of, and with what it names. */
    private record Decoded(
            Digest digest, Map<ResourceKey, Object> children, Map<String, List<?>> supplied, Object value) {}

    /** What was read for the image before, and for this one. */
    private static final class Memory {
        private Map<Object, Decoded> before = new HashMap<>();
        private Map<Object, Decoded> now = new HashMap<>();

        void keep() {
            before = now;
        }
    }

    /** A piece of a sequence; equal bytes may stand for different types. */
    private record PieceKey(Digest digest, Class<?> type) {}

    /**
     * The records of an image.
     *
     * @throws UnreadableConfig if there is anything that this program does not understand; what is remembered stays as it was
     */
    public RoutingIr decode(ConfigImage image) throws UnreadableConfig {
        for (ResourceKey key : image.keys()) {
            if (!Kinds.ALL.contains(key.kind()) && !key.kind().startsWith(Kinds.OPTIONAL)) {
                throw new UnreadableConfig(
                                ": this kind of resource is not known to this proxy, which seems to be older than"
                                        + " its controller: upgrade the proxy")
                        .in(key);
            }
        }
        boolean sameRoutes = last.size() > 0 && routesAreSame(image);
        Run run = new Run(image);
        lastRouting = run.decode(sameRoutes);
        lastBackends = run.readBackends;
        last = image;
        ofBackends.keep();
        if (!sameRoutes) {
            ofRoutes.keep();
        }
        return lastRouting;
    }

    /** Endpoints change far more often than anything else, and routes may be many. */
    private boolean routesAreSame(ConfigImage image) {
        return image.touchedSince(last)
                .map(touched -> touched.stream().allMatch(ImageDecoder::isOfBackend))
                .orElseGet(() -> routes(image).equals(routes(last)));
    }

    private static Map<ResourceKey, Digest> routes(ConfigImage image) {
        Map<ResourceKey, Digest> routes = new HashMap<>();
        for (ResourceKey key : image.keys()) {
            if (!isOfBackend(key)) {
                image.find(key).ifPresent(content -> routes.put(key, content.digest()));
            }
        }
        return routes;
    }

    private static boolean isOfBackend(ResourceKey key) {
        return key.kind().equals(Kinds.BACKEND) || key.kind().equals(Kinds.ENDPOINTS);
    }

    private final class Run {
        private final ConfigImage image;
        private Map<ResourceKey, BackendIr> readBackends = Map.of();

        Run(ConfigImage image) {
            this.image = image;
        }

        RoutingIr decode(boolean sameRoutes) throws UnreadableConfig {
            List<ListenerIr> listeners = sameRoutes ? lastRouting.listeners() : listeners();
            memory = ofBackends;
            memory.now = new HashMap<>();
            Map<ResourceKey, BackendIr> read = new LinkedHashMap<>();
            Map<BackendId, BackendIr> backends = new LinkedHashMap<>();
            for (ResourceKey key : image.keys()) {
                if (key.kind().equals(Kinds.BACKEND)) {
                    Optional<BackendIr> kept = sameRoutes ? untouched(key) : Optional.empty();
                    BackendIr backend = kept.isPresent() ? kept.get() : backend(key);
                    read.put(key, backend);
                    backends.put(backend.id(), backend);
                }
            }
            readBackends = read;
            ResourceKey gateway = new ResourceKey(Kinds.GATEWAY, "");
            return at(
                    gateway,
                    () -> new TreeReader((node, type) -> Optional.empty())
                            .record(
                                    TreeReader.tree(whole(gateway)),
                                    RoutingIr.class,
                                    Map.of("listeners", listeners, "backends", backends, "callers", callers())));
        }

        private List<ListenerIr> listeners() throws UnreadableConfig {
            memory = ofRoutes;
            memory.now = new HashMap<>();
            List<ListenerIr> listeners = new ArrayList<>();
            for (Piece piece : sequence(new ResourceKey(Kinds.LISTENERS, ""))) {
                listeners.add(listener(text(piece)));
            }
            return listeners;
        }

        private Map<String, String> callers() throws UnreadableConfig {
            Map<String, String> callers = new HashMap<>();
            for (Piece piece : sequence(new ResourceKey(Kinds.CALLERS, ""))) {
                String[] caller = text(piece).split(" ", 2);
                callers.put(caller[0], caller.length == 2 ? caller[1] : "");
            }
            return callers;
        }

        private ListenerIr listener(String name) throws UnreadableConfig {
            List<HostIr> hosts = new ArrayList<>();
            for (Piece piece : sequence(new ResourceKey(Kinds.HOSTS, name))) {
                hosts.add(host(name, text(piece)));
            }
            return resource(new ResourceKey(Kinds.LISTENER, name), ListenerIr.class, Map.of("hosts", hosts));
        }

        private HostIr host(String listener, String hostname) throws UnreadableConfig {
            ResourceKey key = new ResourceKey(Kinds.HOST, listener + " " + hostname);
            List<Piece> pieces = sequence(key);
            List<RouteIr> routes = new ArrayList<>(pieces.size());
            for (Piece piece : pieces) {
                routes.add(at(key, () -> piece(piece, RouteIr.class)));
            }
            HostIr host = new HostIr(hostname, routes);
            HostIr kept = Optional.ofNullable(memory.before.get(key))
                    .map(Decoded::value)
                    .filter(HostIr.class::isInstance)
                    .map(HostIr.class::cast)
                    .filter(known -> sameObjects(known.routes(), host.routes()))
                    .orElse(host);
            memory.now.put(key, new Decoded(Digest.NONE, Map.of(), Map.of(), kept));
            return kept;
        }

        /** The backend as it was, where it is known that neither it nor its endpoints changed, nor anything but backends. */
        private Optional<BackendIr> untouched(ResourceKey key) {
            return image.touchedSince(last)
                    .filter(touched ->
                            !touched.contains(key) && !touched.contains(new ResourceKey(Kinds.ENDPOINTS, key.name())))
                    .flatMap(touched -> Optional.ofNullable(lastBackends.get(key)));
        }

        private BackendIr backend(ResourceKey key) throws UnreadableConfig {
            ResourceKey endpointsKey = new ResourceKey(Kinds.ENDPOINTS, key.name());
            List<Piece> pieces = sequence(endpointsKey);
            List<EndpointIr> endpoints = new ArrayList<>(pieces.size());
            for (Piece piece : pieces) {
                endpoints.add(at(endpointsKey, () -> piece(piece, EndpointIr.class)));
            }
            return resource(key, BackendIr.class, Map.of("endpoints", endpoints));
        }

        private <T> T piece(Piece piece, Class<T> type) throws UnreadableConfig {
            return known(new PieceKey(piece.digest(), type), piece, type, Map.of());
        }

        private <T> T resource(ResourceKey key, Class<T> type, Map<String, List<?>> supplied) throws UnreadableConfig {
            return at(key, () -> known(key, whole(key), type, supplied));
        }

        // ---- what is known from the image before

        private <T> T known(Object key, Piece piece, Class<T> type, Map<String, List<?>> supplied)
                throws UnreadableConfig {
            Decoded done = memory.now.get(key);
            if (done != null) {
                return type.cast(done.value());
            }
            Decoded known = memory.before.get(key);
            if (known == null
                    || !known.digest().equals(piece.digest())
                    || !sameLists(known.supplied(), supplied)
                    || !holds(known)) {
                Map<ResourceKey, Object> children = new HashMap<>();
                TreeReader reader = new TreeReader((node, wanted) -> part(node, wanted, children));
                JsonNode tree = TreeReader.tree(piece);
                Object value = type == FilterIr.class
                        ? filter(tree, children)
                        : reader.record(tree, type, Map.copyOf(supplied));
                known = new Decoded(piece.digest(), children, supplied, value);
            }
            memory.now.put(key, known);
            return type.cast(known.value());
        }

        @SuppressWarnings("ReferenceEquality") // the same objects as before, not only equal ones
        private boolean holds(Decoded known) throws UnreadableConfig {
            for (Map.Entry<ResourceKey, Object> child : known.children().entrySet()) {
                ResourceKey key = child.getKey();
                if (image.find(key).isEmpty()
                        || resource(key, child.getValue().getClass(), Map.of()) != child.getValue()) {
                    return false;
                }
            }
            return true;
        }

        // ---- records, and what they name

        private Optional<Object> part(JsonNode node, Class<?> type, Map<ResourceKey, Object> children)
                throws UnreadableConfig {
            if (type == RuleIr.class) {
                return Optional.of(child(Kinds.RULE, node, RuleIr.class, children));
            }
            if (type == TlsIr.CertificateIr.class) {
                return Optional.of(child(Kinds.CERTIFICATE, node, TlsIr.CertificateIr.class, children));
            }
            if (type == FilterIr.class) {
                return Optional.of(
                        node.isTextual()
                                ? child(Kinds.FILTER, node, FilterIr.class, children)
                                : filter(node, children));
            }
            return Optional.empty();
        }

        private <T> T child(String kind, JsonNode node, Class<T> type, Map<ResourceKey, Object> children)
                throws UnreadableConfig {
            ResourceKey key = new ResourceKey(kind, node.asText());
            T value = resource(key, type, Map.of());
            children.put(key, value);
            return value;
        }

        private FilterIr filter(JsonNode tree, Map<ResourceKey, Object> children) throws UnreadableConfig {
            TreeReader reader = new TreeReader((node, type) -> Optional.empty());
            ResourceRef source = (ResourceRef) reader.read(tree.path("source"), ResourceRef.class);
            List<Finding> findings = new ArrayList<>();
            Record config = catalog.readConfig(
                            tree.path("filter").asText(),
                            tree.path("config"),
                            source,
                            "filter",
                            "config",
                            findings::add)
                    .orElseThrow(() -> new UnreadableConfig(": the filter of " + source
                            + " cannot be used by this proxy, which may be older than its controller: " + findings));
            Map<ConfigReference, ResolvedIr> references = new HashMap<>();
            for (JsonNode pair : tree.path("references")) {
                ConfigReference reference = (ConfigReference) reader.read(pair.path(0), ConfigReference.class);
                references.put(reference, resolved(reference, pair.path(1), children));
            }
            return reader.record(tree, FilterIr.class, Map.of("config", config, "references", references));
        }

        private ResolvedIr resolved(ConfigReference reference, JsonNode node, Map<ResourceKey, Object> children)
                throws UnreadableConfig {
            return switch (reference) {
                case ConfigReference.SecretReference _, ConfigReference.ConfigMapReference _ ->
                    child(
                            reference instanceof ConfigReference.SecretReference ? Kinds.SECRET : Kinds.DATA,
                            node,
                            ResolvedIr.Data.class,
                            children);
                case ConfigReference.ServiceReference _ ->
                    new TreeReader((value, type) -> Optional.empty()).record(node, ResolvedIr.Backend.class, Map.of());
            };
        }

        // ---- resources

        private Piece whole(ResourceKey key) throws UnreadableConfig {
            if (image.find(key).orElse(null) instanceof Content.Whole(Piece piece)) {
                return piece;
            }
            throw new UnreadableConfig(": there is no such resource, though another one names it");
        }

        private List<Piece> sequence(ResourceKey key) throws UnreadableConfig {
            if (image.find(key).orElse(null) instanceof Content.Sequence sequence) {
                return sequence.pieces();
            }
            throw new UnreadableConfig(": there is no such list, though another resource needs it").in(key);
        }

        private static String text(Piece piece) throws UnreadableConfig {
            return TreeReader.tree(piece).asText();
        }
    }

    private interface Reading<T> {
        T read() throws UnreadableConfig;
    }

    /** Puts the resource in front of an error that does not name one yet. */
    private static <T> T at(ResourceKey key, Reading<T> reading) throws UnreadableConfig {
        try {
            return reading.read();
        } catch (UnreadableConfig e) {
            throw e.in(key);
        }
    }

    private static boolean sameLists(Map<String, List<?>> one, Map<String, List<?>> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream()
                        .allMatch(
                                entry -> sameObjects(entry.getValue(), other.getOrDefault(entry.getKey(), List.of())));
    }

    @SuppressWarnings("ReferenceEquality") // the same objects as before, not only equal ones
    private static boolean sameObjects(List<?> one, List<?> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.get(i) == other.get(i);
        }
        return same;
    }
}
