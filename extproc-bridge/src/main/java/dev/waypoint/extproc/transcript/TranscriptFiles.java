package dev.waypoint.extproc.transcript;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Transcripts in files and folders. */
public final class TranscriptFiles {

    /** How the names of transcripts end. */
    public static final String SUFFIX = ".transcript.jsonl";

    private TranscriptFiles() {}

    /**
     * A file of a folder.
     *
     * @param file where it is
     * @param origin where its transcript comes from
     * @param bytes its size
     * @param lines the number of its entries
     */
    public record Listed(Path file, Transcript.Origin origin, long bytes, int lines) {}

    /**
     * Reads one transcript.
     *
     * @throws IllegalArgumentException if the file is no transcript; the message names file and line
     */
    public static Transcript read(Path file) throws IOException {
        try {
            return TranscriptText.read(Files.readAllLines(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " " + e.getMessage(), e);
        }
    }

    /** The transcripts that are named: files as they are, and those of folders, oldest first. */
    public static List<Path> find(List<Path> named) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : named) {
            if (Files.isDirectory(path)) {
                files.addAll(inFolder(path));
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /** What a folder holds, oldest first; files whose names begin with their time sort by it. */
    public static List<Listed> list(Path folder) throws IOException {
        List<Listed> listed = new ArrayList<>();
        for (Path file : inFolder(folder)) {
            try (BufferedReader reader = Files.newBufferedReader(file)) {
                String first = reader.readLine();
                Transcript.Origin origin = TranscriptText.readOrigin(first == null ? "{}" : first);
                listed.add(new Listed(
                        file, origin, Files.size(file), (int) reader.lines().count()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + " " + e.getMessage(), e);
            }
        }
        return listed;
    }

    static List<Path> inFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }
}
