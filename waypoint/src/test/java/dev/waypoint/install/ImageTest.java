package dev.waypoint.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The container image. */
class ImageTest {

    /** Names the tar that the profile image made; the base may be empty. */
    private static final String TAR = "WAYPOINT_IMAGE_TAR";

    private static final Path OPTIONS = Manifests.DEPLOY.resolve("image/jvm.options");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    @Test
    void theJvmUnderstandsTheOptions() throws Exception {
        assertThat(run(JAVA, "@" + OPTIONS, "--version")).contains("25");
    }

    /** Only the sizes of heap and buffers differ: a container's limit decides about them. */
    @Test
    void theLauncherHasTheSameOptions() throws IOException {
        List<String> image = options(Files.readString(OPTIONS));
        String launcher = Files.readString(Manifests.DEPLOY.resolve("../bin/waypoint"));
        String array = launcher.substring(launcher.indexOf("options=(\n") + 10, launcher.indexOf("\n)\n"));

        assertThat(image).containsExactlyElementsOf(options(array));
    }

    private static List<String> options(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("-") && !line.startsWith("-XX:Max"))
                .toList();
    }

    /** The order and times of the jars are those of the start-up cache: with AOTMode=on the JVM ends where it cannot use it. */
    @Test
    @EnabledIfEnvironmentVariable(named = TAR, matches = ".+", disabledReason = "needs an image")
    void theLayersHoldAProductThatStartsWithItsCache() throws Exception {
        run("tar", "xf", Optional.ofNullable(System.getenv(TAR)).orElseThrow(), "-C", folder.toString());
        JsonNode config = new ObjectMapper()
                .readTree(folder.resolve("config.json").toFile())
                .path("config");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        Path root = Files.createDirectory(folder.resolve("root"));
        for (JsonNode layer : new ObjectMapper()
                .readTree(folder.resolve("manifest.json").toFile())
                .at("/0/Layers")) {
            run("tar", "xzf", folder.resolve(layer.asText()).toString(), "-C", root.toString());
        }
        assertThat(root.resolve("app")).doesNotExist();
        List<String> command = new ArrayList<>();
        for (JsonNode word : config.path("Entrypoint")) {
            command.add(word.asText().replace("/opt/", root.resolve("opt") + "/"));
        }
        Path own = root.resolve("opt/java/openjdk/bin/java");
        command.set(0, Files.exists(own) ? own.toString() : JAVA);
        command.add(2, "-XX:AOTMode=on");
        command.add("--version");

        assertThat(run(command.toArray(String[]::new))).startsWith("waypoint ");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
