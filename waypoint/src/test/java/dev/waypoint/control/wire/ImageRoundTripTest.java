package dev.waypoint.control.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.config.Finding;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.gatewayapi.Translator;
import dev.waypoint.gatewayapi.TranslatorSettings;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.FolderSource;
import dev.waypoint.source.ResourceReader;
import dev.waypoint.source.ResourceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the translator is known to produce survives the wire. */
class ImageRoundTripTest {

    private static final Path ROOT = Path.of("src/test/resources/golden");
    private static final FilterCatalog CATALOG = FilterCatalog.installed(ImageRoundTripTest::unexpected);

    static List<String> goldens() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void whatIsTranslatedSurvivesTheWire(String name) throws Exception {
        ResourceSet set =
                ResourceReader.read(new FolderSource(ROOT.resolve(name).resolve("in.yaml")).load(), ResourceSet.EMPTY);
        Translation first = new Translator(CATALOG, TranslatorSettings.FOR_FILES).translate(set);
        RoutingIr again = new Translator(CATALOG, TranslatorSettings.FOR_FILES)
                .translate(set)
                .ir();

        ConfigImage image = new ImageEncoder().encode(first.ir());
        RoutingIr received = new ImageDecoder(CATALOG).decode(image);

        assertThat(received).isEqualTo(first.ir());
        assertThat(new ImageEncoder().encode(again).digest())
                .as("equal records give equal images")
                .isEqualTo(image.digest());
        assertThat(new ImageEncoder().encode(received).digest())
                .as("what was received is what was sent")
                .isEqualTo(image.digest());
    }

    private static void unexpected(Finding finding) {
        throw new IllegalStateException(finding.toString());
    }
}
