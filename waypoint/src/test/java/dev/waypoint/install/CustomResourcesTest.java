package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.filter.FilterCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CustomResourcesTest {

    private static final FilterCatalog FILTERS = FilterCatalog.installed(problem -> {
        throw new AssertionError(problem);
    });
    private static final Map<String, String> FILES = CustomResources.files(FILTERS);

    static List<String> files() {
        return List.copyOf(FILES.keySet());
    }

    @Test
    void theFilesAreThoseOfTheRecords() throws IOException {
        Map<String, String> folder = new TreeMap<>();
        FILES.forEach((name, text) ->
                folder.put(name, "# Generated from the records of dev.waypoint.api. Do not edit.\n" + text));
        // Helm wants them in the chart.
        GeneratedFolder.check(Manifests.DEPLOY.resolve("chart/crds"), folder);
        folder.put(
                "kustomization.yaml",
                "# Generated. Do not edit.\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
                        + FILES.keySet().stream()
                                .map(name -> "- " + name + "\n")
                                .collect(Collectors.joining()));
        GeneratedFolder.check(Manifests.DEPLOY.resolve("crds"), folder);
    }

    @Test
    void theReferencePagesAreThoseOfTheRecords() throws IOException {
        Map<String, String> folder = new TreeMap<>();
        CustomResources.pages(FILTERS)
                .forEach((name, text) -> folder.put(
                        name, "<!-- Generated from the records of dev.waypoint.api. Do not edit. -->\n" + text));
        GeneratedFolder.check(Manifests.DEPLOY.resolveSibling("docs/kinds"), folder);
    }

    @Test
    void everyKindOfOursIsDefined() {
        assertThat(OwnKind.ALL.stream().map(OwnKind::kind).toList())
                .containsExactlyInAnyOrderElementsOf(Kinds.ALL.stream()
                        .filter(kind -> kind.group().equals(Kinds.WAYPOINT))
                        .toList());
        assertThat(OwnKind.ALL.stream().map(OwnKind::shortName)).doesNotHaveDuplicates();
        for (OwnKind own : OwnKind.ALL) {
            boolean targets = List.of(own.kind().type().getRecordComponents()).stream()
                    .anyMatch(component -> component.getName().equals("targetRefs"));
            assertThat(own.policy()).as(own.kind().name()).isEqualTo(targets);
        }
    }

    /** What {@code kubectl explain} has nothing to say about is a field that nobody explained. */
    @ParameterizedTest
    @MethodSource("files")
    void everyFieldIsExplained(String file) throws IOException {
        JsonNode schema = new YAMLMapper()
                .readTree(FILES.getOrDefault(file, ""))
                .path("spec")
                .path("versions")
                .path(0)
                .path("schema")
                .path("openAPIV3Schema");
        List<String> silent = new ArrayList<>();
        for (String part : List.of("spec", "status")) {
            explain(schema.path("properties").path(part), part, silent);
        }
        assertThat(schema.path("description").asText()).isNotEmpty();
        assertThat(silent).isEmpty();
    }

    private static void explain(JsonNode schema, String path, List<String> silent) {
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String at = path + "." + field.getKey();
            if (field.getValue().path("description").asText().isEmpty()) {
                silent.add(at);
            }
            explain(field.getValue(), at, silent);
        }
        if (schema.has("items")) {
            explain(schema.path("items"), path + "[]", silent);
        }
        if (schema.path("additionalProperties").isObject()) {
            explain(schema.path("additionalProperties"), path + ".*", silent);
        }
    }

    /** Kinds whose objects are laid over each other cannot have defaults: the upper object would overwrite the lower one with them. */
    @Test
    void layeredKindsHaveNoDefaults() {
        for (OwnKind own : OwnKind.ALL) {
            if (own.layered()) {
                Kind<?> kind = own.kind();
                assertThat(FILES.get(kind.group() + "_" + own.plural() + ".yaml"))
                        .doesNotContain("default:")
                        .contains("Default: `65536`.");
            }
        }
    }
}
