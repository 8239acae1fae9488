package dev.waypoint.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.config.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects of one file.
 *
 * @param objects the objects, in the order of the file
 * @param findings what is wrong with documents that are no objects
 */
record ObjectFile(List<RawObject> objects, List<Finding> findings) {

    /** The namespace of objects that name none. */
    static final String DEFAULT_NAMESPACE = "default";

    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "GatewayClass", "Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "Node");

    ObjectFile {
        objects = List.copyOf(objects);
        findings = List.copyOf(findings);
    }

    /**
     * Reads a file.
     *
     * @param file its name, for messages; {@code .json} is read as JSON, all else as YAML
     * @throws MalformedText if it is neither
     */
    static ObjectFile read(String file, String text) throws MalformedText {
        List<RawObject> objects = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        List<Document> documents = file.endsWith(".json") ? JsonText.read(text) : YamlText.read(text);
        for (Document document : documents) {
            collect(file, document, objects, findings);
        }
        return new ObjectFile(objects, findings);
    }

    /** The reference that stands for a file as a whole. */
    static ResourceRef fileRef(String file) {
        return new ResourceRef("", "File", "", file);
    }

    private static void collect(String file, Document document, List<RawObject> objects, List<Finding> findings) {
        SourcePosition start = new SourcePosition(file, document.lines().getOrDefault("", 1));
        if (!(document.tree() instanceof ObjectNode tree)) {
            findings.add(Finding.error(
                            fileRef(file),
                            "",
                            document.tree().toString(),
                            "expected an object with apiVersion and kind")
                    .at(start));
            return;
        }
        if (isKustomization(file, tree)) {
            findings.add(Finding.info(
                            fileRef(file),
                            "",
                            "",
                            "left out: it tells kustomize what to make of the objects, which are read here as they are;"
                                    + " to use what it makes, read the output of 'kubectl kustomize'")
                    .at(start));
            return;
        }
        if (isList(tree)) {
            JsonNode items = tree.path("items");
            for (int i = 0; i < items.size(); i++) {
                collect(file, new Document(items.get(i), below(document, "items[" + i + "]")), objects, findings);
            }
            return;
        }
        List<Finding> problems = headProblems(file, tree, document, start);
        findings.addAll(problems);
        if (problems.isEmpty()) {
            String apiVersion = tree.path("apiVersion").asText();
            objects.add(new RawObject(ref(tree, apiVersion), apiVersion, tree, file, document.lines()));
        }
    }

    private static boolean isList(ObjectNode tree) {
        return tree.path("kind").asText().endsWith("List") && tree.path("items").isArray() && !tree.has("spec");
    }

    /** Kustomize goes by the name of the file: neither a version nor a kind need stand in it. */
    private static boolean isKustomization(String file, ObjectNode tree) {
        String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return tree.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/")
                || (!tree.has("apiVersion") && (name.equals("kustomization.yaml") || name.equals("kustomization.yml")));
    }

    private static List<Finding> headProblems(String file, ObjectNode tree, Document document, SourcePosition start) {
        List<Finding> problems = new ArrayList<>();
        for (String path : List.of("apiVersion", "kind", "metadata.name")) {
            JsonNode value = tree.at("/" + path.replace('.', '/'));
            if (!value.isTextual() || value.asText().isBlank()) {
                String kind = tree.path("kind").asText("");
                ResourceRef ref = kind.isEmpty() ? fileRef(file) : new ResourceRef("", kind, "", "(unnamed)");
                String printed = value.isMissingNode() ? "" : value.toString();
                String expectation = value.isMissingNode() ? "is required" : "expected text that is not empty";
                int line = document.lines().getOrDefault(path, start.line());
                problems.add(Finding.error(ref, path, printed, expectation).at(new SourcePosition(file, line)));
            }
        }
        return problems;
    }

    private static ResourceRef ref(ObjectNode tree, String apiVersion) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String kind = tree.path("kind").asText();
        JsonNode metadata = tree.path("metadata");
        String namespace = metadata.path("namespace").asText("");
        if (CLUSTER_SCOPED.contains(kind)) {
            namespace = "";
        } else if (namespace.isEmpty()) {
            namespace = DEFAULT_NAMESPACE;
        }
        return new ResourceRef(group, kind, namespace, metadata.path("name").asText());
    }

    /** The lines of what is below a path, with that path taken away. */
    private static Map<String, Integer> below(Document document, String prefix) {
        Map<String, Integer> lines = new HashMap<>();
        document.lines().forEach((path, line) -> {
            if (path.equals(prefix)) {
                lines.put("", line);
            } else if (path.startsWith(prefix + ".")) {
                lines.put(path.substring(prefix.length() + 1), line);
            }
        });
        return lines;
    }
}
