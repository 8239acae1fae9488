package dev.waypoint.source.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.ir.IrWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Translates {@code envoy/<name>/bootstrap.yaml} and compares with what is recorded beside it: routing records, converted objects,
 * findings. With {@code -Dwaypoint.update=true} these are written instead; look at the difference before you keep it.
 */
class BootstrapGoldenTest {

    private static final Path ROOT = Path.of("src/test/resources/envoy");
    private static final boolean UPDATE = Boolean.getBoolean("waypoint.update");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"routing", "filters", "twins", "processors", "refused"})
    void translatesAsRecorded(String name) throws Exception {
        Path folder = ROOT.resolve(name);
        EnvoyBootstrap bootstrap =
                EnvoyBootstrap.read(folder.resolve("bootstrap.yaml"), FilterCatalog.installed(problem -> {
                    throw new AssertionError(problem);
                }));
        Conversion conversion = Conversion.of(bootstrap);

        compare(folder.resolve("findings.txt"), lines(bootstrap.findings(), conversion.losses()));
        if (!bootstrap.isBroken()) {
            compare(folder.resolve("ir.yaml"), YAML.writeValueAsString(IrWriter.write(bootstrap.routing())));
            compare(folder.resolve("converted.yaml"), conversion.yaml());
        }
        assertThat(bootstrap.isBroken()).isEqualTo(name.equals("refused"));
    }

    private static String lines(List<Finding> findings, List<String> losses) {
        String found = findings.stream()
                .map(finding -> finding.severity() + " " + finding + "\n")
                .collect(Collectors.joining());
        return found + losses.stream().map(loss -> "NOTE " + loss + "\n").collect(Collectors.joining());
    }

    private static void compare(Path file, String actual) throws Exception {
        if (UPDATE) {
            Files.writeString(file, actual);
        }
        assertThat(actual).as("%s", file).isEqualTo(Files.readString(file));
    }
}
