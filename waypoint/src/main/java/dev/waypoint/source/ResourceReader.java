package dev.waypoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.api.UnreadablePolicy;
import dev.waypoint.config.Finding;
import dev.waypoint.config.NearestName;
import dev.waypoint.config.RecordReader;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Objects as written to typed resources. An object that cannot be read is a finding for each thing that is wrong with it; the
 * version of it that was read before, if any, stays.
 */
public final class ResourceReader {

    /** What a document consists of besides what its record is read from. */
    private static final List<String> ENVELOPE = List.of("apiVersion", "kind", "metadata", "status");

    private ResourceReader() {}

    /**
     * Reads all objects of a folder.
     *
     * @param previous the set that was read from the folder before
     */
    public static ResourceSet read(FolderContent content, ResourceSet previous) {
        return read(content, FolderContent.EMPTY, previous);
    }

    /**
     * Reads the objects of a folder that are not as they were. One changed file of many must not cost the reading of all.
     *
     * @param before what the folder said before
     * @param previous the set that was read from that
     */
    public static ResourceSet read(FolderContent content, FolderContent before, ResourceSet previous) {
        List<Finding> findings = new ArrayList<>(content.findings());
        Set<ResourceRef> present = new TreeSet<>();
        ResourceSet.Builder builder = previous.change();
        Set<ResourceRef> spokenOf =
                previous.findings().stream().map(Finding::ref).collect(Collectors.toSet());
        for (RawObject object : content.objects().values()) {
            if (object.equals(before.objects().get(object.ref()))
                    && !spokenOf.contains(object.ref())
                    && previous.find(object.ref()).isPresent()) {
                present.add(object.ref());
                continue;
            }
            Consumer<Finding> located = finding -> findings.add(finding.at(object.position(finding.path())));
            Optional<Kind<?>> kind = kind(object, located);
            if (kind.isPresent()) {
                ResourceRef ref =
                        kind.get().ref(object.ref().namespace(), object.ref().name());
                present.add(ref);
                read(object, kind.get(), Optional.of(object.position("")), located)
                        .ifPresentOrElse(builder::put, () -> unreadable(object, kind.get(), ref, builder, located));
            }
        }
        return builder.retain(present).findings(findings).build();
    }

    private static void unreadable(
            RawObject object, Kind<?> kind, ResourceRef ref, ResourceSet.Builder builder, Consumer<Finding> findings) {
        if (builder.unreadable(ref, UnreadablePolicies.of(object, kind))) {
            findings.accept(Finding.error(
                    ref,
                    "spec.targetRefs",
                    "",
                    "no version of this policy could be read yet: what it targets fails with 500 rather than"
                            + " go unguarded"));
        }
    }

    /**
     * One object of a cluster, read.
     *
     * @param resource the object; empty if it cannot be read
     * @param standIn what stands for it if it cannot be read and guards something
     * @param findings what is wrong with it
     */
    public record Reading(
            ResourceRef ref,
            Optional<Resource<?>> resource,
            Optional<Resource<UnreadablePolicy>> standIn,
            List<Finding> findings) {
        public Reading {
            findings = List.copyOf(findings);
        }
    }

    /** Reads one object of a cluster, which has no place in a file. */
    public static Reading read(Kind<?> kind, ObjectNode tree) {
        JsonNode metadata = tree.path("metadata");
        ResourceRef ref = kind.ref(
                metadata.path("namespace").asText(""), metadata.path("name").asText(""));
        RawObject object = new RawObject(ref, tree.path("apiVersion").asText(""), tree, "", Map.of());
        List<Finding> findings = new ArrayList<>();
        Optional<Resource<?>> resource = read(object, kind, Optional.empty(), findings::add);
        Optional<Resource<UnreadablePolicy>> standIn =
                resource.isPresent() ? Optional.empty() : UnreadablePolicies.of(object, kind);
        return new Reading(ref, resource, standIn, findings);
    }

    private static Optional<Kind<?>> kind(RawObject object, Consumer<Finding> findings) {
        ResourceRef ref = object.ref();
        Optional<Kind<?>> kind = Kinds.find(ref.group(), ref.kind());
        if (kind.isEmpty()) {
            findings.accept(unknownKind(object));
            return kind;
        }
        String version = object.apiVersion().substring(object.apiVersion().lastIndexOf('/') + 1);
        if (!kind.get().versions().contains(version)) {
            findings.accept(Finding.error(
                    ref,
                    "apiVersion",
                    object.apiVersion(),
                    "expected one of the versions "
                            + String.join(", ", kind.get().versions())));
            return Optional.empty();
        }
        return kind;
    }

    /** A kind that we should know is a mistake; one that others may know is not ours to judge. */
    private static Finding unknownKind(RawObject object) {
        ResourceRef ref = object.ref();
        Set<String> names = Kinds.ALL.stream()
                .filter(kind -> kind.group().equals(ref.group()))
                .map(Kind::name)
                .collect(Collectors.toCollection(TreeSet::new));
        boolean ours = ref.group().equals(Kinds.WAYPOINT) || ref.group().equals(Kinds.GATEWAY_API);
        if (ours) {
            String hint = NearestName.of(names, ref.kind())
                    .map(near -> "did you mean " + near + "?")
                    .orElseGet(() -> "there are " + String.join(", ", names));
            return Finding.error(ref, "kind", ref.kind(), "this kind is unknown in " + ref.group() + ": " + hint);
        }
        boolean groupMissing = Kinds.ALL.stream().anyMatch(kind -> kind.name().equals(ref.kind()));
        return Finding.warning(
                ref,
                groupMissing ? "apiVersion" : "kind",
                groupMissing ? object.apiVersion() : ref.kind(),
                groupMissing ? "this kind belongs to another group; the object is ignored" : "this kind is ignored");
    }

    private static Optional<Resource<?>> read(
            RawObject object, Kind<?> kind, Optional<SourcePosition> position, Consumer<Finding> findings) {
        return readTyped(object, kind, position, findings).map(resource -> resource);
    }

    private static <T extends Record> Optional<Resource<T>> readTyped(
            RawObject object, Kind<T> kind, Optional<SourcePosition> position, Consumer<Finding> findings) {
        Optional<ObjectMeta> meta =
                RecordReader.read(metadata(object, kind), ObjectMeta.class, object.ref(), "metadata", findings);
        Optional<T> spec = switch (kind.layout()) {
            case SPEC -> {
                onlyEnvelope(object, findings);
                yield RecordReader.read(object.tree().path("spec"), kind.type(), object.ref(), "spec", findings);
            }
            case DOCUMENT ->
                RecordReader.read(object.tree().deepCopy().without(ENVELOPE), kind.type(), object.ref(), "", findings);
            case STATUS ->
                RecordReader.read(object.tree().path("status"), kind.type(), object.ref(), "status", findings);
        };
        if (meta.isEmpty() || spec.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Resource<>(kind, meta.get(), spec.get(), position));
    }

    /** A field beside the specification is as wrong as an unknown one in it, but would pass unseen. */
    private static void onlyEnvelope(RawObject object, Consumer<Finding> findings) {
        object.tree().fieldNames().forEachRemaining(name -> {
            if (!ENVELOPE.contains(name) && !name.equals("spec")) {
                findings.accept(Finding.warning(
                        object.ref(), name, "", "unknown field beside spec; it has no effect: indent it?"));
            }
        });
    }

    private static JsonNode metadata(RawObject object, Kind<?> kind) {
        JsonNode written = object.tree().path("metadata");
        ObjectNode metadata = written instanceof ObjectNode node
                ? node.deepCopy()
                : object.tree().objectNode();
        String namespace =
                kind.scope() == Kind.Scope.CLUSTER ? "" : object.ref().namespace();
        metadata.set("namespace", TextNode.valueOf(namespace));
        return metadata;
    }
}
