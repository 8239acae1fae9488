package dev.waypoint.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The program {@code kubectl} of this machine, and the cluster that the environment names for tests. */
final class Kubectl {

    /** Names the file with which the cluster is reached. */
    static final String KUBECONFIG = "WAYPOINT_TEST_KUBECONFIG";

    private static final int TIMEOUT_SECONDS = 120;

    private final Path folder;

    /** @param folder a place for files */
    Kubectl(Path folder) {
        this.folder = folder;
    }

    /** What the program said. */
    record Answer(int status, String text) {}

    /** Runs the program with a text as its input. */
    Answer run(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig"));
        command.add(Optional.ofNullable(System.getenv(KUBECONFIG)).orElseThrow());
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " takes longer than " + TIMEOUT_SECONDS + " s");
            }
            return new Answer(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
