package dev.waypoint.ratelimit;

import org.jspecify.annotations.Nullable;

/**
 * Something that a {@link KeyedMap} keeps under a key. It is its own node of the map: where there may be a million, an object less
 * for each is what memory is about.
 *
 * @param <T> its own type
 */
public abstract class Keyed<T extends Keyed<T>> {

    /** What it is found by. */
    public final LimitKey key;

    /** The next one in the same place of the map; changed under the lock of whoever changes the map. */
    volatile @Nullable T next;

    /** Something for a key. */
    protected Keyed(LimitKey key) {
        this.key = key;
    }
}
