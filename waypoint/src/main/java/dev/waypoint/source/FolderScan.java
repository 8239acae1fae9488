package dev.waypoint.source;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The configuration files of a folder at one moment, told apart by what the file system says of them. Symbolic links are
 * followed; names that begin with a dot are left out, and with them the hidden folders in which Kubernetes keeps the versions of
 * a mounted ConfigMap.
 *
 * @param files the files and their stamps, in the order of their names
 * @param folders the folders they are in
 */
record FolderScan(Map<Path, Stamp> files, Set<Path> folders) {

    /** What changes when a file does. */
    record Stamp(long size, FileTime modified, Optional<Object> key) {}

    FolderScan {
        files = Collections.unmodifiableMap(files);
        folders = Collections.unmodifiableSet(folders);
    }

    /**
     * Looks at a folder, or at a single file.
     *
     * @throws IOException if it cannot be read, or is not there
     */
    static FolderScan of(Path root) throws IOException {
        if (!Files.exists(root)) {
            throw new NoSuchFileException(root.toString());
        }
        Collector collector = new Collector(root);
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 32, collector);
        return new FolderScan(collector.files, collector.folders);
    }

    private static boolean isConfiguration(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<Path, Stamp> files = new TreeMap<>();
        private final Set<Path> folders = new TreeSet<>();

        Collector(Path root) {
            this.root = root;
        }

        private boolean isHidden(Path path) {
            return !path.equals(root) && path.getFileName().toString().startsWith(".");
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (isHidden(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            folders.add(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !isHidden(file) && isConfiguration(file)) {
                files.put(
                        file,
                        new Stamp(
                                attributes.size(),
                                attributes.lastModifiedTime(),
                                Optional.ofNullable(attributes.fileKey())));
            }
            return FileVisitResult.CONTINUE;
        }

        /** Something that vanished meanwhile, a loop of links, or a link that leads nowhere: not there. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
            if (file.equals(root)) {
                throw problem;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
