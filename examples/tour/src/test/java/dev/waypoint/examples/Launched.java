package dev.waypoint.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** {@code bin/waypoint}, or another program of the repository, as a process of its own. */
final class Launched implements AutoCloseable {

    static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    private Launched(Process process) {
        this.process = process;
        read(process.getInputStream(), out);
        read(process.getErrorStream(), err);
    }

    static Launched start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve("bin/waypoint").toString()));
        command.addAll(List.of(arguments));
        return program(command);
    }

    /** Starts any program, in the repository's root. */
    static Launched program(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
        builder.environment().put("WAYPOINT_AOT", "off");
        return new Launched(builder.start());
    }

    private void read(InputStream stream, List<String> lines) {
        readers.add(Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    synchronized (this) {
                        lines.add(line);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    synchronized String out() {
        return String.join("\n", out);
    }

    synchronized String err() {
        return String.join("\n", err);
    }

    /** Waits for a line of the output; fails with everything that was printed if the program ends before. */
    String awaitLine(Predicate<String> wanted) throws InterruptedException {
        return awaitLine(wanted, Duration.ofMinutes(1));
    }

    /** The same for a program that may have to fetch and build something first. */
    String awaitLine(Predicate<String> wanted, Duration patience) throws InterruptedException {
        for (int i = 0; i < patience.toMillis() / 50; i++) {
            synchronized (this) {
                for (String line : out) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
            }
            assertThat(process.isAlive() || i < 50)
                    .as("still running; printed:\n" + out() + "\n" + err())
                    .isTrue();
            Thread.sleep(50);
        }
        throw new AssertionError("not printed in " + patience + "; printed:\n" + out() + "\n" + err());
    }

    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("ended; printed:\n" + err())
                .isTrue();
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    /** As {@code kill} does. */
    void terminate() {
        process.destroy();
    }

    /** Ends the program if a test did not. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
