package dev.waypoint.ratelimit;

import java.util.ArrayList;
import java.util.List;

/**
 * Buckets by the time at which they are full again, soonest first. A full bucket equals an absent one, so dropping the
 * first loses the least: a drained bucket outlives any number of barely used ones.
 *
 * <p>Taking tokens does not touch the heap; a bucket's {@link Bucket#rank} may lag behind its true time and is put right
 * when it comes up for eviction. Guarded by its table.
 */
final class EvictionHeap {

    /**
     * Most outdated ranks corrected for one eviction, which bounds the time of an insertion. The soonest of those
     * examined goes then.
     */
    private static final int MOST_CORRECTIONS = 32;

    private final List<Bucket> heap = new ArrayList<>();

    int size() {
        return heap.size();
    }

    List<Bucket> all() {
        return List.copyOf(heap);
    }

    void add(Bucket bucket) {
        heap.add(bucket);
        bucket.position = heap.size() - 1;
        up(bucket);
    }

    /** The bucket to drop next. Empties nothing; not to be called on an empty heap. */
    Bucket soonestFull() {
        Bucket best = heap.getFirst();
        for (int i = 0; i < MOST_CORRECTIONS; i++) {
            Bucket root = heap.getFirst();
            long fullAt;
            synchronized (root) {
                fullAt = root.fullAt();
            }
            if (fullAt == root.rank) {
                return root;
            }
            root.rank = fullAt;
            down(root);
            up(root);
            best = root.rank < best.rank ? root : best;
        }
        return best;
    }

    void remove(Bucket bucket) {
        Bucket last = heap.removeLast();
        if (last != bucket) {
            place(last, bucket.position);
            down(last);
            up(last);
        }
    }

    private void up(Bucket bucket) {
        int i = bucket.position;
        while (i > 0) {
            Bucket parent = heap.get((i - 1) / 2);
            if (parent.rank <= bucket.rank) {
                break;
            }
            place(parent, i);
            i = (i - 1) / 2;
        }
        place(bucket, i);
    }

    private void down(Bucket bucket) {
        int i = bucket.position;
        while (2 * i + 1 < heap.size()) {
            int child = 2 * i + 1;
            if (child + 1 < heap.size() && heap.get(child + 1).rank < heap.get(child).rank) {
                child++;
            }
            if (heap.get(child).rank >= bucket.rank) {
                break;
            }
            place(heap.get(child), i);
            i = child;
        }
        place(bucket, i);
    }

    private void place(Bucket bucket, int index) {
        heap.set(index, bucket);
        bucket.position = index;
    }
}
