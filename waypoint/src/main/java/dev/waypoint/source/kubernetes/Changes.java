package dev.waypoint.source.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.Kind;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.ResourceReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects changes until there is a pause, and hands them on in one piece, on a thread of its own. */
final class Changes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    /** A pause of this length ends a batch. */
    private static final Duration QUIET = Duration.ofMillis(5);
    /** A batch never waits longer. */
    private static final Duration LONGEST = Duration.ofMillis(100);

    /** Where client-side apply keeps the whole object once more. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final Consumer<Batch> taker;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("kubernetes-source").unstarted(this::run);
    private Map<ResourceRef, Optional<Changed>> objects = new HashMap<>();
    private Set<Kind<?>> dropped = new HashSet<>();
    private boolean statuses;
    private boolean signalled;
    private long events;
    private boolean closed;

    Changes(Consumer<Batch> taker) {
        this.taker = taker;
    }

    /** An object that is new or different. */
    record Changed(ResourceReader.Reading reading, LiveStatus status) {}

    /**
     * What changed.
     *
     * @param objects the newest form of each object; empty if it is gone
     * @param dropped kinds whose objects are all gone
     * @param statuses whether any object came that has a status of ours
     */
    record Batch(Map<ResourceRef, Optional<Changed>> objects, Set<Kind<?>> dropped, boolean statuses) {}

    void start() {
        thread.start();
    }

    /** Reads the object on the caller's thread, so that reading is not the work of a single one. */
    void changed(ServedKind served, ObjectNode object) {
        Kind<?> kind = served.kind();
        if (object.at("/metadata/annotations") instanceof ObjectNode annotations) {
            annotations.remove(LAST_APPLIED);
        }
        ResourceReader.Reading reading = ResourceReader.read(kind, object);
        Changed changed = new Changed(reading, KubernetesSource.statusOf(served, object));
        synchronized (this) {
            objects.put(reading.ref(), Optional.of(changed));
            statuses |= KubernetesSource.hasStatus(kind);
            signal();
        }
    }

    synchronized void gone(ResourceRef ref) {
        objects.put(ref, Optional.empty());
        signal();
    }

    synchronized void dropped(Kind<?> kind) {
        objects.keySet()
                .removeIf(ref -> ref.group().equals(kind.group()) && ref.kind().equals(kind.name()));
        dropped.add(kind);
        signal();
    }

    /** Hands on what there is, be it nothing. */
    synchronized void signal() {
        signalled = true;
        events++;
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void run() {
        try {
            for (Optional<Batch> batch = next(); batch.isPresent(); batch = next()) {
                try {
                    taker.accept(batch.get());
                } catch (RuntimeException bug) {
                    LOG.error("a change of the cluster could not be taken over; this is a bug", bug);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Optional<Batch> next() throws InterruptedException {
        while (!signalled && !closed) {
            wait();
        }
        long end = System.nanoTime() + LONGEST.toNanos();
        long seen;
        do {
            seen = events;
            wait(QUIET.toMillis());
        } while (seen != events && !closed && System.nanoTime() < end);
        if (closed) {
            return Optional.empty();
        }
        Batch batch = new Batch(objects, dropped, statuses);
        objects = new HashMap<>();
        dropped = new HashSet<>();
        statuses = false;
        signalled = false;
        return Optional.of(batch);
    }
}
