package dev.waypoint.source;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a folder. Events of the file system wake it up at once; besides, it looks by itself every {@value #POLL_MILLIS} ms,
 * since a folder that is replaced as a whole by a symbolic link, and some network file systems, give no events.
 */
public final class FolderWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    /** How often the folder is looked at without an event, in milliseconds. Rarer if looking takes long. */
    static final long POLL_MILLIS = 100;

    /** How long a folder must keep still before it is read, so that a file is rarely seen half written. */
    private static final long QUIET_MILLIS = 15;

    /** The same while files are missing that were there: editors that replace a file take it away for a moment. */
    private static final long QUIET_AFTER_REMOVAL_MILLIS = 60;

    /** Folders that never keep still are read after this time all the same. */
    private static final long PATIENCE_MILLIS = 150;

    private final FolderSource source;
    private final Consumer<FolderContent> listener;
    private final WatchService service;
    private final Thread thread;
    private volatile boolean closed;
    private boolean missing;

    private FolderWatch(FolderSource source, Consumer<FolderContent> listener, WatchService service) {
        this.source = source;
        this.listener = listener;
        this.service = service;
        this.thread = Thread.ofPlatform().daemon().name("config-watch").unstarted(this::run);
    }

    static FolderWatch start(FolderSource source, Consumer<FolderContent> listener) throws IOException {
        FolderWatch watch =
                new FolderWatch(source, listener, source.root().getFileSystem().newWatchService());
        FolderScan scan = FolderScan.of(source.root());
        watch.register(scan);
        watch.thread.start();
        return watch;
    }

    @Override
    public void close() {
        closed = true;
        try {
            service.close();
            thread.join(1000);
        } catch (IOException e) {
            LOG.debug("closing the watch of {}", source.root(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long wait = POLL_MILLIS;
        while (!closed) {
            try {
                Set<Path> suspects = suspects(service.poll(wait, TimeUnit.MILLISECONDS));
                long start = System.nanoTime();
                look(suspects);
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                wait = Math.min(2000, Math.max(POLL_MILLIS, took * 20));
            } catch (ClosedWatchServiceException | InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("watching {} failed; going on", source.root(), e);
            }
        }
    }

    /** The files that events name. Their stamp may be as it was: two writes within one tick of the clock. */
    private Set<Path> suspects(@Nullable WatchKey first) {
        Set<Path> files = new HashSet<>();
        for (WatchKey key = first; key != null; key = service.poll()) {
            for (WatchEvent<?> event : key.pollEvents()) {
                if (key.watchable() instanceof Path folder && event.context() instanceof Path name) {
                    files.add(folder.resolve(name));
                }
            }
            key.reset();
        }
        return files;
    }

    private void look(Set<Path> suspects) throws InterruptedException {
        try {
            FolderScan scan = FolderScan.of(source.root());
            missing = false;
            if (suspects.isEmpty() && scan.files().equals(source.stamps())) {
                return;
            }
            scan = settle(scan);
            register(scan);
            if (source.update(scan, suspects)) {
                listener.accept(source.content());
            }
        } catch (IOException e) {
            if (!missing) {
                LOG.warn("{} cannot be read; what was read last stays in force: {}", source.root(), e.toString());
            }
            missing = true;
        }
    }

    private FolderScan settle(FolderScan first) throws IOException, InterruptedException {
        Map<Path, FolderScan.Stamp> before = source.stamps();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        FolderScan scan = first;
        while (System.nanoTime() < end) {
            boolean removed = !scan.files().keySet().containsAll(before.keySet());
            Thread.sleep(removed ? QUIET_AFTER_REMOVAL_MILLIS : QUIET_MILLIS);
            FolderScan next = FolderScan.of(source.root());
            if (next.equals(scan)) {
                return next;
            }
            scan = next;
        }
        return scan;
    }

    private void register(FolderScan scan) {
        for (Path folder : scan.folders()) {
            try {
                folder.register(
                        service,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
            } catch (IOException e) {
                LOG.debug("no events for {}; it is looked at every {} ms", folder, POLL_MILLIS, e);
            }
        }
    }
}
