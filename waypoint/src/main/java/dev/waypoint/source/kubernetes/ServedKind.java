package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kind as the cluster serves it.
 *
 * @param kind the kind
 * @param version the version to watch
 * @param plural the name in URLs
 */
record ServedKind(Kind<?> kind, String version, String plural) {

    /** Kinds that every cluster has. */
    static final List<ServedKind> BUILT_IN = List.of(
            new ServedKind(Kinds.SERVICE, "v1", "services"),
            new ServedKind(Kinds.ENDPOINT_SLICE, "v1", "endpointslices"),
            new ServedKind(Kinds.SECRET, "v1", "secrets"),
            new ServedKind(Kinds.CONFIG_MAP, "v1", "configmaps"),
            new ServedKind(Kinds.NAMESPACE, "v1", "namespaces"),
            new ServedKind(Kinds.POD, "v1", "pods"));

    /** Secrets that no proxy ever needs, and that are many. */
    static final Map<Kind<?>, Map<String, List<String>>> WITHOUT =
            Map.of(Kinds.SECRET, Map.of("type", List.of("helm.sh/release.v1", "kubernetes.io/service-account-token")));

    /** The kind that a CustomResourceDefinition defines, in the version that we like best of those that are served. */
    static Optional<ServedKind> of(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        if (!isEstablished(definition)) {
            return Optional.empty();
        }
        Set<String> served = new HashSet<>();
        spec.path("versions").forEach(version -> {
            if (version.path("served").asBoolean()) {
                served.add(version.path("name").asText());
            }
        });
        JsonNode names = spec.path("names");
        return Kinds.find(spec.path("group").asText(), names.path("kind").asText())
                .flatMap(kind -> kind.versions().stream()
                        .filter(served::contains)
                        .findFirst()
                        .map(version -> new ServedKind(
                                kind, version, names.path("plural").asText())));
    }

    private static boolean isEstablished(JsonNode definition) {
        for (JsonNode condition : definition.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Established")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** The path of an object. */
    String path(String namespace, String name) {
        return listPath(kind.scope() == Kind.Scope.NAMESPACED ? Optional.of(namespace) : Optional.empty()) + "/" + name;
    }

    /** The path of all objects, or of those of one namespace. */
    String listPath(Optional<String> namespace) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/")
                + version
                + namespace.map(one -> "/namespaces/" + one).orElse("")
                + "/" + plural;
    }

    /** How the client addresses it. */
    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(kind.group().isEmpty() ? null : kind.group())
                .withVersion(version)
                .withKind(kind.name())
                .withPlural(plural)
                .withNamespaced(kind.scope() == Kind.Scope.NAMESPACED)
                .build();
    }
}
