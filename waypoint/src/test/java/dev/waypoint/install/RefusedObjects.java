package dev.waypoint.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Objects with one mistake each, and what people are to be told: by an API server, and by us for a folder. */
public final class RefusedObjects {

    private static final Path FOLDER = Path.of("src", "test", "resources", "refused");
    private static final String SERVER = "# server: ";
    private static final String OURS = "# folder: ";

    private RefusedObjects() {}

    /**
     * An object.
     *
     * @param server a part of what an API server says
     * @param ours a part of what we say
     */
    public record Refused(Path file, String server, String ours) {
        @Override
        public String toString() {
            return file.getFileName().toString().replace(".yaml", "").replace('-', ' ');
        }
    }

    /** All of them. */
    public static List<Refused> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(RefusedObjects::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Refused read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return new Refused(
                    file, lines.get(0).substring(SERVER.length()), lines.get(1).substring(OURS.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
