package dev.waypoint.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares a folder of generated files with what would be generated now, or writes it with {@code -Dwaypoint.update=true}. */
final class GeneratedFolder {

    private static final String UPDATE = "waypoint.update";

    private GeneratedFolder() {}

    /**
     * Checks or writes a folder in which nothing is written by hand.
     *
     * @param expected texts by the paths of files in the folder
     * @throws AssertionError if a file is missing, stale or not generated any more
     */
    static void check(Path folder, Map<String, String> expected) throws IOException {
        check(folder, expected, Optional.empty());
    }

    /** The same but for a folder in it that somebody else generates. */
    static void checkExcept(Path folder, String other, Map<String, String> expected) throws IOException {
        check(folder, expected, Optional.of(folder.resolve(other)));
    }

    private static void check(Path folder, Map<String, String> expected, Optional<Path> other) throws IOException {
        List<String> broken = new ArrayList<>();
        boolean update = Boolean.getBoolean(UPDATE);
        for (Path file : files(folder)) {
            boolean known = expected.containsKey(folder.relativize(file).toString())
                    || other.filter(file::startsWith).isPresent();
            if (!known) {
                if (update) {
                    Files.delete(file);
                } else {
                    broken.add(file + " is not generated any more");
                }
            }
        }
        for (Map.Entry<String, String> file : expected.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (update) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            } else if (!Files.exists(path)) {
                broken.add(path + " is missing");
            } else if (!Files.readString(path).equals(file.getValue())) {
                broken.add(path + " is stale");
            }
        }
        if (!broken.isEmpty()) {
            throw new AssertionError(
                    String.join("\n", broken) + "\nRun the test with -D" + UPDATE + "=true to write the files.");
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
