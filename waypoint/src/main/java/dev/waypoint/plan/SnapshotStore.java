package dev.waypoint.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The snapshot in force, swapped by one write. Snapshots that were replaced are kept until the last exchange that pinned them has
 * ended; then the filters that only they used are closed.
 */
public final class SnapshotStore {

    /** An exchange reads the current snapshot just before it pins it: one that was replaced is not judged at once. */
    private static final long GRACE_NANOS = 5_000_000_000L;

    private final List<Retired> retiring = new ArrayList<>();
    private volatile RoutingSnapshot current = RoutingSnapshot.empty();

    private record Retired(RoutingSnapshot snapshot, long sinceNanos) {
        boolean isOver(long now) {
            return now - sinceNanos > GRACE_NANOS && snapshot.pinned() == 0;
        }
    }

    /** The snapshot in force. */
    public RoutingSnapshot current() {
        return current;
    }

    /** Puts a snapshot in force. */
    public synchronized void install(RoutingSnapshot next) {
        retiring.add(new Retired(current, System.nanoTime()));
        current = next;
        sweep();
    }

    /** Closes what no exchange can use any more. To be called every now and then. */
    public synchronized void sweep() {
        if (retiring.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        List<Retired> over =
                retiring.stream().filter(retired -> retired.isOver(now)).toList();
        retiring.removeAll(over);
        Set<FilterInstances.Instance> used = new HashSet<>(current.instances());
        retiring.forEach(retired -> used.addAll(retired.snapshot().instances()));
        Set<FilterInstances.Instance> closed = new HashSet<>();
        for (Retired retired : over) {
            for (FilterInstances.Instance instance : retired.snapshot().instances()) {
                if (!used.contains(instance) && closed.add(instance)) {
                    instance.filter().close();
                }
            }
        }
    }
}
