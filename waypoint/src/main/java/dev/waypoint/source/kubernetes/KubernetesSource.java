package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster as a set of objects. Watches those kinds that the cluster knows, and notices when a CustomResourceDefinition comes or
 * goes. Changes are collected for a moment, so that a burst of them is one new set.
 */
public final class KubernetesSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);
    private static final ResourceDefinitionContext DEFINITIONS = new ResourceDefinitionContext.Builder()
            .withGroup("apiextensions.k8s.io")
            .withVersion("v1")
            .withKind("CustomResourceDefinition")
            .withPlural("customresourcedefinitions")
            .withNamespaced(false)
            .build();

    private static final Set<Kind<?>> BUILT_IN =
            ServedKind.BUILT_IN.stream().map(ServedKind::kind).collect(Collectors.toUnmodifiableSet());

    private final KubernetesClient client;
    private final Consumer<ResourceSet> listener;
    private final Map<String, ServedKind> definitions = new ConcurrentHashMap<>();
    private final Map<Kind<?>, KindWatch> watches = new HashMap<>();
    private final Map<ResourceRef, LiveStatus> statuses = new ConcurrentHashMap<>();
    private final Set<ResourceRef> changedStatuses = ConcurrentHashMap.newKeySet();
    private final Map<ResourceRef, List<Finding>> findings = new TreeMap<>();
    private final Changes changes = new Changes(this::take);
    private Optional<KindWatch> definitionWatch = Optional.empty();
    private ResourceSet resources = ResourceSet.EMPTY;
    private boolean told;

    /**
     * A source that does nothing before {@link #start}.
     *
     * @param listener called by a thread of the source's own, first when all objects of the start have been read, then after
     *     each change of objects or of statuses; in the latter case with the same set
     */
    public KubernetesSource(KubernetesClient client, Consumer<ResourceSet> listener) {
        this.client = client;
        this.listener = listener;
    }

    /** Begins to watch; comes back at once. */
    public synchronized void start() {
        changes.start();
        for (ServedKind kind : ServedKind.BUILT_IN) {
            watch(kind);
        }
        definitionWatch = Optional.of(new KindWatch(
                client,
                KindWatch.What.all(DEFINITIONS),
                this::define,
                (namespace, name) -> undefine(name),
                changes::signal));
    }

    /** The status that an object had when it was last seen. */
    public Optional<LiveStatus> status(ResourceRef ref) {
        return Optional.ofNullable(statuses.get(ref));
    }

    /** The objects that came, or came with another status, since this was asked last. */
    public List<ResourceRef> changedStatuses() {
        List<ResourceRef> changed = List.copyOf(changedStatuses);
        // One that changes again meanwhile is taken out too early at worst: its new status is there already.
        changed.forEach(changedStatuses::remove);
        return changed;
    }

    /** Notes a status that was just written, before its event comes. */
    public void noteStatus(ResourceRef ref, LiveStatus written) {
        statuses.computeIfPresent(
                ref, (same, before) -> before.uid().equals(written.uid()) ? before.newer(written) : before);
    }

    @Override
    public synchronized void close() {
        changes.close();
        definitionWatch.ifPresent(KindWatch::close);
        watches.values().forEach(KindWatch::close);
        watches.clear();
    }

    private synchronized void define(JsonNode definition) {
        String name = definition.path("metadata").path("name").asText();
        Optional<ServedKind> now = ServedKind.of(definition);
        Optional<ServedKind> before = Optional.ofNullable(definitions.get(name));
        if (now.equals(before)) {
            return;
        }
        before.ifPresent(known -> undefine(name));
        now.ifPresent(kind -> {
            definitions.put(name, kind);
            watch(kind);
        });
    }

    private synchronized void undefine(String definition) {
        ServedKind known = definitions.remove(definition);
        if (known == null) {
            return;
        }
        LOG.info("{} is no longer served by the cluster", known.kind());
        Optional.ofNullable(watches.remove(known.kind())).ifPresent(KindWatch::close);
        changes.dropped(known.kind());
    }

    private void watch(ServedKind served) {
        Kind<?> kind = served.kind();
        LOG.debug("watching {} {}", served.plural(), served.version());
        watches.put(
                kind,
                new KindWatch(
                        client,
                        new KindWatch.What(served.context(), Map.of(), ServedKind.WITHOUT.getOrDefault(kind, Map.of())),
                        object -> changes.changed(served, object),
                        (namespace, name) -> changes.gone(kind.ref(namespace, name)),
                        changes::signal));
    }

    private synchronized boolean isComplete() {
        return definitionWatch.filter(KindWatch::isComplete).isPresent()
                && watches.values().stream().allMatch(KindWatch::isComplete);
    }

    /** Takes over what changed since the last time; on the thread of the changes. */
    private void take(Changes.Batch batch) {
        ResourceSet.Builder builder = resources.change();
        for (Kind<?> kind : batch.dropped()) {
            resources.all(kind).forEach(resource -> remove(builder, resource.ref()));
        }
        batch.objects().forEach((ref, object) -> {
            if (object.isEmpty()) {
                remove(builder, ref);
            } else {
                put(builder, object.get());
            }
        });
        ResourceSet next = builder.findings(
                        findings.values().stream().flatMap(List::stream).toList())
                .build();
        boolean news = batch.statuses() || next != resources;
        resources = next;
        if (told ? news : isComplete()) {
            told = true;
            listener.accept(resources);
        }
    }

    private void put(ResourceSet.Builder builder, Changes.Changed changed) {
        ResourceReader.Reading reading = changed.reading();
        ResourceRef ref = reading.ref();
        statuses.merge(ref, changed.status(), LiveStatus::newer);
        Kinds.find(ref.group(), ref.kind())
                .filter(KubernetesSource::hasStatus)
                .ifPresent(kind -> changedStatuses.add(ref));
        if (reading.findings().isEmpty()) {
            findings.remove(ref);
        } else {
            findings.put(ref, reading.findings());
        }
        reading.resource().ifPresentOrElse(builder::put, () -> builder.unreadable(ref, reading.standIn()));
    }

    private void remove(ResourceSet.Builder builder, ResourceRef ref) {
        builder.remove(ref);
        findings.remove(ref);
        statuses.remove(ref);
        changedStatuses.remove(ref);
    }

    /** Objects whose status is ours to write, be it a part of it. */
    static boolean hasStatus(Kind<?> kind) {
        return kind.equals(Kinds.SERVICE) || !BUILT_IN.contains(kind);
    }

    static LiveStatus statusOf(ServedKind served, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        List<String> finalizers = new ArrayList<>();
        metadata.path("finalizers").forEach(one -> finalizers.add(one.asText()));
        return new LiveStatus(
                new LiveStatus.Version(
                        served.path(
                                metadata.path("namespace").asText(""),
                                metadata.path("name").asText()),
                        object.path("apiVersion").asText(),
                        metadata.path("uid").asText(),
                        metadata.path("resourceVersion").asText()),
                finalizers,
                ours(served.kind(), object));
    }

    /** What of a status has to be known to write ours. */
    private static JsonNode ours(Kind<?> kind, ObjectNode object) {
        if (!hasStatus(kind)) {
            return MissingNode.getInstance();
        }
        JsonNode status = object.path("status");
        if (!kind.equals(Kinds.SERVICE)) {
            return status;
        }
        return status.path("conditions").isArray()
                ? JsonNodeFactory.instance.objectNode().set("conditions", status.path("conditions"))
                : MissingNode.getInstance();
    }
}
