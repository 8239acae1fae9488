package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart and the plain manifests are one thing. */
class ChartTest {

    private static final Path CHART = Manifests.DEPLOY.resolve("chart");
    private static final String NAMESPACE_FILE = "namespace.yaml";

    @TempDir
    private Path folder;

    private static Chart chart() throws IOException {
        Map<String, String> manifests = Manifests.base();
        // Helm makes the namespace of a release itself.
        manifests.remove(NAMESPACE_FILE);
        return Chart.of(manifests);
    }

    private static Map<String, JsonNode> plain() throws IOException {
        Map<String, String> manifests = Manifests.base();
        manifests.remove(NAMESPACE_FILE);
        return Manifests.objects(manifests.values());
    }

    @Test
    void theFilesAreThoseOfTheManifests() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("Chart.yaml", """
                # Generated. Do not edit.
                apiVersion: v2
                name: waypoint
                description: The controller of Waypoint, which runs an L7 proxy for each Gateway.
                type: application
                version: %1$s
                appVersion: "%1$s"
                kubeVersion: ">=1.31.0-0"
                """.formatted(version()));
        Chart chart = chart();
        files.put("values.yaml", chart.valuesFile());
        chart.templates()
                .forEach((name, text) ->
                        files.put("templates/" + name, "{{- /* Generated from ../../base. Do not edit. */}}\n" + text));
        GeneratedFolder.checkExcept(CHART, "crds", files);
    }

    private static List<Path> crds() throws IOException {
        try (var files = Files.list(Manifests.DEPLOY.resolve("crds"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("waypoint.dev_"))
                    .sorted()
                    .toList();
        }
    }

    /** The version that the manifests name in their image. */
    private static String version() throws IOException {
        String image = chart().defaults().path("image").asText();
        return image.substring(image.lastIndexOf(':') + 1);
    }

    @Test
    void withoutValuesItIsThePlainManifests() throws IOException {
        Chart chart = chart();
        assertThat(rendered(chart, chart.defaults(), Chart.NAMESPACE)).isEqualTo(plain());
    }

    @Test
    void theFileOfValuesHasTheDefaults() throws IOException {
        Chart chart = chart();
        assertThat(new YAMLMapper().readTree(chart.valuesFile())).isEqualTo(chart.defaults());
    }

    @Test
    void valuesChangeWhatTheyAreFor() throws IOException {
        Chart chart = chart();
        ObjectNode values = chart.defaults();
        values.put("image", "registry.example/waypoint:9")
                .put("networkPolicies", false)
                .put("sessionSecrets", false);
        values.withObject("controller")
                .put("replicas", 3)
                .putObject("nodeSelector")
                .put("pool", "a");

        Map<String, JsonNode> objects = rendered(chart, values, "elsewhere");

        JsonNode deployment = objects.getOrDefault("Deployment waypoint-controller", values);
        assertThat(deployment.at("/spec/replicas").intValue()).isEqualTo(3);
        assertThat(deployment.at("/metadata/namespace").asText()).isEqualTo("elsewhere");
        JsonNode pod = deployment.at("/spec/template/spec");
        assertThat(pod.at("/containers/0/image").asText()).isEqualTo("registry.example/waypoint:9");
        assertThat(pod.at("/containers/0/env").findValuesAsText("value"))
                .containsExactly("registry.example/waypoint:9");
        assertThat(pod.at("/nodeSelector/pool").asText()).isEqualTo("a");
        assertThat(objects.keySet())
                .noneMatch(name -> name.startsWith("NetworkPolicy") || name.endsWith(" waypoint-controller-sessions"));
        assertThat(objects.getOrDefault("ClusterRoleBinding waypoint-controller", values)
                        .at("/subjects/0/namespace")
                        .asText())
                .isEqualTo("elsewhere");
    }

    private static Map<String, JsonNode> rendered(Chart chart, JsonNode values, String namespace) throws IOException {
        ChartRendering rendering = new ChartRendering(values, namespace);
        List<String> texts = new ArrayList<>();
        for (String template : chart.templates().values()) {
            texts.add(rendering.render(template));
        }
        return Manifests.objects(texts);
    }

    /** The real Helm, where there is one: it agrees with our rendering. */
    @Test
    void helmMakesTheSame() throws Exception {
        Optional<String> text = output(
                "helm",
                "template",
                "waypoint",
                CHART.toString(),
                "--namespace",
                Chart.NAMESPACE,
                "--kube-version",
                "1.31.0");
        assumeTrue(text.isPresent(), "there is no helm on PATH");
        assertThat(Manifests.objects(text.stream().toList())).isEqualTo(plain());
    }

    /** The real kustomize, where there is one. */
    @Test
    void kustomizeMakesTheSame() throws Exception {
        Optional<String> text = output("kubectl", "kustomize", Manifests.DEPLOY.toString());
        assumeTrue(text.isPresent(), "there is no kubectl on PATH");
        List<String> texts = new ArrayList<>(Manifests.base().values());
        for (Path crd : crds()) {
            texts.add(Files.readString(crd));
        }
        Map<String, JsonNode> expected = new TreeMap<>(Manifests.objects(texts));
        assertThat(Manifests.objects(text.stream().toList())).isEqualTo(expected);
    }

    private Optional<String> output(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.yaml");
        Path err = folder.resolve("err.txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
        } catch (IOException notThere) {
            return Optional.empty();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Optional.of(Files.readString(out, StandardCharsets.UTF_8));
    }
}
