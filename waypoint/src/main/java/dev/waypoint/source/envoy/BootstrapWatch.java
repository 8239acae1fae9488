package dev.waypoint.source.envoy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells when one of some files changed. Files are looked at every 50 ms: they are few, and each may be replaced, be a link, or
 * lie on a file system that reports no changes.
 */
public final class BootstrapWatch implements AutoCloseable {

    private static final long PAUSE_MILLIS = 50;

    private final Thread thread;
    private volatile Set<Path> files;
    private volatile boolean closed;

    /** What a file looks like from outside. */
    private record Look(Object key, long modified, long size) {
        static final Look MISSING = new Look("", 0, 0);
    }

    private BootstrapWatch(Set<Path> files, Runnable changed) {
        this.files = Set.copyOf(files);
        Map<Path, Look> before = looks(files);
        thread = Thread.ofPlatform().daemon().name("bootstrap-watch").unstarted(() -> watch(before, changed));
    }

    /** Calls {@code changed} after each change, until the watch is closed. */
    public static BootstrapWatch start(Set<Path> files, Runnable changed) {
        BootstrapWatch watch = new BootstrapWatch(files, changed);
        watch.thread.start();
        return watch;
    }

    /** Watches other files from now on. */
    public void watch(Set<Path> others) {
        files = Set.copyOf(others);
    }

    private void watch(Map<Path, Look> first, Runnable changed) {
        Map<Path, Look> before = first;
        while (!closed) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            Map<Path, Look> now = looks(files);
            if (!now.equals(before)) {
                before = now;
                changed.run();
            }
        }
    }

    private static Map<Path, Look> looks(Set<Path> files) {
        Map<Path, Look> out = new HashMap<>();
        files.forEach(file -> out.put(file, look(file)));
        return out;
    }

    private static Look look(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey() == null ? "" : attributes.fileKey();
            return new Look(key, attributes.lastModifiedTime().toMillis(), attributes.size());
        } catch (IOException e) {
            return Look.MISSING;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
