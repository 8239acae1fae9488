package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.IrWriter;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Translates {@code golden/<name>/in.yaml} and compares with {@code ir.yaml} and {@code status.yaml} beside it. With
 * {@code -Dwaypoint.update=true} these are written instead; look at the difference before you keep it.
 */
class GoldenTest {

    private static final Path ROOT = Path.of("src/test/resources/golden");
    private static final boolean UPDATE = Boolean.getBoolean("waypoint.update");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    static List<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void translatesAsRecorded(String name) throws IOException {
        Path folder = ROOT.resolve(name);
        ResourceSet set = ResourceReader.read(new FolderSource(folder.resolve("in.yaml")).load(), ResourceSet.EMPTY);

        Translation translation =
                new Translator(FilterCatalog.installed(this::unexpected), TranslatorSettings.FOR_FILES).translate(set);

        compare(folder.resolve("ir.yaml"), ir(translation));
        compare(folder.resolve("status.yaml"), status(translation));
    }

    @Test
    void everyFolderHoldsOneCase() throws IOException {
        for (String name : names()) {
            try (Stream<Path> files = Files.list(ROOT.resolve(name))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .as("files of golden/" + name)
                        .containsExactlyInAnyOrder("in.yaml", "ir.yaml", "status.yaml");
            }
        }
    }

    @Test
    void everyOfficialTestHasACase() throws IOException {
        Set<String> missing = new TreeSet<>(OfficialTests.NAMES);
        names().forEach(missing::remove);

        assertThat(missing).isEmpty();
    }

    private void unexpected(Finding finding) {
        throw new IllegalStateException(finding.toString());
    }

    private static void compare(Path file, ObjectNode actual) throws IOException {
        String text = YAML.writeValueAsString(actual);
        if (UPDATE) {
            Files.writeString(file, text);
        }
        assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
    }

    private static ObjectNode ir(Translation translation) {
        ObjectNode node = (ObjectNode) IrWriter.write(translation.ir());
        JsonNode services = IrWriter.write(translation.services());
        if (!services.isEmpty()) {
            node.set("services", services);
        }
        return node;
    }

    private static ObjectNode status(Translation translation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode statuses = node.putObject("statuses");
        translation.statuses().forEach((ref, status) -> statuses.set(ref.toString(), StatusTree.of(status)));
        ArrayNode findings = node.putArray("findings");
        translation
                .findings()
                .forEach(finding -> findings.add(new Finding(
                                finding.severity(),
                                finding.ref(),
                                Optional.empty(),
                                finding.path(),
                                finding.value(),
                                finding.expectation())
                        .toString()));
        // What the class claims is the same everywhere.
        statuses.forEach(status -> ((ObjectNode) status).remove("supportedFeatures"));
        return node;
    }
}
