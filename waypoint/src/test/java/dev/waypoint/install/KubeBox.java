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

/**
 * A real API server for tests. The environment variable {@code WAYPOINT_KUBEBOX} names the program that starts and ends it; it
 * needs root on Linux, so these tests are for those who ask for them.
 */
final class KubeBox implements AutoCloseable {

    /** Names the program. */
    static final String PROGRAM = "WAYPOINT_KUBEBOX";

    private static final int TIMEOUT_SECONDS = 120;

    private final String program;
    private final Path folder;

    private KubeBox(String program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /** What a program said. */
    record Answer(int status, String text) {}

    /** Starts a cluster that keeps its state in a folder. */
    static KubeBox start(Path folder) {
        KubeBox box = new KubeBox(Optional.ofNullable(System.getenv(PROGRAM)).orElseThrow(), folder);
        try {
            Path images = Files.writeString(folder.resolve("images.yaml"), "images: []\n");
            Answer answer = box.run("", "up", "--images", images.toString());
            if (answer.status() != 0) {
                throw new IllegalStateException("the cluster did not start: " + answer.text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return box;
    }

    /** Runs kubectl. */
    Answer kubectl(String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("kubectl"));
        all.addAll(List.of(arguments));
        return run(input, all.toArray(String[]::new));
    }

    private Answer run(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, "output", ".txt");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("KUBEBOX_DIR", folder.resolve("cluster").toString());
            Process process = builder.start();
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

    @Override
    public void close() {
        run("", "down");
    }
}
