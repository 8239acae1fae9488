package dev.waypoint.observe;

import dev.waypoint.filter.Recordings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of files that filters leave, written by a thread of its own. It holds so many files and bytes at most: the oldest go
 * first, told by their names, which begin with their time. Files that others put there are left alone, and not counted.
 */
public final class RecordingFolder implements Recordings, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RecordingFolder.class);
    private static final int QUEUE = 256;
    private static final String SUFFIX = ".jsonl";

    private final Path folder;
    private final Bounds bounds;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder written = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder failed = new LongAdder();
    /** The files of the folder, oldest first; touched by the writer only. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    private final Thread thread;
    private long keptBytes;

    /**
     * What the folder holds at most.
     *
     * @param files their number
     * @param bytes their sizes together
     */
    public record Bounds(int files, long bytes) {}

    /** What waits to be written; nothing has a name that is empty, but for the end. */
    private record Waiting(String name, Supplier<String> text) {
        static final Waiting END = new Waiting("", () -> "");

        boolean isEnd() {
            return name.isEmpty();
        }
    }

    private record Kept(Path file, long bytes) {}

    /**
     * Opens a folder, which is made if it is not there.
     *
     * @throws IOException if it cannot be made or listed
     */
    public RecordingFolder(Path folder, Bounds bounds) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.bounds = bounds;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(RecordingFolder::isOurs).sorted().toList()) {
                keep(file, Files.size(file));
            }
        }
        prune();
        this.thread = Thread.ofPlatform().daemon().name("recordings").start(this::run);
    }

    private static boolean isOurs(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void write(String name, Supplier<String> text) {
        if (!queue.offer(new Waiting(name, text))) {
            lost.increment();
        }
    }

    /** Files that were written. */
    public long written() {
        return written.sum();
    }

    /** Files that were left out because too many waited. */
    public long lost() {
        return lost.sum();
    }

    /** Files that could not be written. */
    public long failed() {
        return failed.sum();
    }

    private void run() {
        try {
            for (Waiting next = queue.take(); !next.isEnd(); next = queue.take()) {
                store(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A reader never sees half of a file: it gets its name when it is complete. */
    private void store(Waiting waiting) {
        Path file = folder.resolve(waiting.name().replaceAll("[^A-Za-z0-9._-]", "_") + SUFFIX);
        Path unfinished = folder.resolve(file.getFileName() + ".part");
        try {
            Files.writeString(unfinished, waiting.text().get());
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            keep(file, Files.size(file));
            prune();
            written.increment();
        } catch (IOException | RuntimeException e) {
            failed.increment();
            if (failed.sum() == 1) {
                LOG.warn("{} cannot be written, and perhaps others cannot: {}", file, e.toString());
            }
        }
    }

    private void keep(Path file, long bytes) {
        kept.add(new Kept(file, bytes));
        keptBytes += bytes;
    }

    private void prune() throws IOException {
        while (kept.size() > bounds.files() || (keptBytes > bounds.bytes() && kept.size() > 1)) {
            Kept oldest = kept.remove();
            keptBytes -= oldest.bytes();
            Files.deleteIfExists(oldest.file());
        }
    }

    /** Writes what waits, for at most two seconds. */
    @Override
    public void close() {
        try {
            if (queue.offer(Waiting.END, 1, TimeUnit.SECONDS)) {
                thread.join(2000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
