package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.DataPlane;
import dev.waypoint.source.kubernetes.KindWatch;
import dev.waypoint.source.kubernetes.LiveStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The objects that were made for Gateways, as they are in the cluster. */
public final class OwnedObjects implements AutoCloseable {

    private final Map<String, ObjectNode> byPath = new ConcurrentSkipListMap<>();
    private final List<KindWatch> watches = new ArrayList<>();

    /** Begins to watch; calls the listener after each change, and when all has been read. */
    public void watch(KubernetesClient client, Runnable changed) {
        for (OwnedKind kind : OwnedKind.values()) {
            watches.add(new KindWatch(
                    client,
                    new KindWatch.What(
                            kind.context(), Map.of(ProxyManifests.MANAGED_BY, ProxyManifests.MANAGER), Map.of()),
                    object -> {
                        put(kind, object);
                        changed.run();
                    },
                    (namespace, name) -> {
                        byPath.remove(kind.path(namespace, name));
                        changed.run();
                    },
                    changed));
        }
    }

    private void put(OwnedKind kind, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        byPath.put(
                kind.path(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText()),
                object);
    }

    /** Whether all objects that were there at the start are known. */
    public boolean isComplete() {
        return watches.stream().allMatch(KindWatch::isComplete);
    }

    Map<String, ObjectNode> all() {
        return new TreeMap<>(byPath);
    }

    Optional<ObjectNode> find(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /** Takes over an object unless a newer form of it is known: answers and events overtake each other. */
    void note(String path, ObjectNode object) {
        byPath.merge(
                path, object, (known, other) -> LiveStatus.isOlder(version(other), version(known)) ? known : other);
    }

    private static String version(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asText();
    }

    void forget(String path) {
        byPath.remove(path);
    }

    /** The Service of a data plane. */
    public Optional<JsonNode> service(DataPlane plane) {
        return find(OwnedKind.SERVICE.path(plane.namespace(), OwnedKind.SERVICE.name(plane)))
                .map(found -> found);
    }

    /** The Gateways that an object was made for. */
    static List<ResourceRef> gateways(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        List<ResourceRef> gateways = new ArrayList<>();
        for (JsonNode owner : metadata.path("ownerReferences")) {
            if (owner.path("kind").asText().equals("Gateway")) {
                gateways.add(Kinds.GATEWAY.ref(
                        metadata.path("namespace").asText(), owner.path("name").asText()));
            }
        }
        return gateways;
    }

    @Override
    public void close() {
        watches.forEach(KindWatch::close);
    }
}
