package dev.waypoint.ratelimit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A hash map of things that bear their keys. One thread at a time may change it, which the caller sees to; any number may look for
 * keys meanwhile, without a lock. While the map grows or shrinks, they may miss what is there, so a caller that must know looks
 * again under the lock.
 *
 * <p>Keys are spread by a secret ({@link LimitKey#hashCode}), so that clients who choose keys cannot choose collisions.
 *
 * @param <T> what it keeps
 */
public final class KeyedMap<T extends Keyed<T>> {

    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Keyed[].class);
    private static final int SMALLEST = 8;

    private volatile @Nullable Keyed<?>[] places = new Keyed<?>[SMALLEST];
    private volatile int size;

    /** How many there are. */
    public int size() {
        return size;
    }

    /** What is kept under a key; null if there is nothing, or if the map is just changing its size. */
    public @Nullable T find(LimitKey key) {
        @Nullable Keyed<?>[] all = places;
        T candidate = first(all, key.hashCode() & (all.length - 1));
        while (candidate != null && !candidate.key.equals(key)) {
            candidate = candidate.next;
        }
        return candidate;
    }

    /** Adds something whose key is not there yet. */
    public void add(T added) {
        if (size >= places.length) {
            resize(places.length * 2);
        }
        link(places, added);
        resized(size + 1);
    }

    /** Removes something that is there. */
    @SuppressWarnings("ReferenceEquality") // it is that very thing, not an equal one
    public void remove(T removed) {
        @Nullable Keyed<?>[] all = places;
        int place = removed.key.hashCode() & (all.length - 1);
        T current = first(all, place);
        if (current == removed) {
            PLACE.setRelease(all, place, removed.next);
        } else {
            while (current != null && current.next != removed) {
                current = current.next;
            }
            if (current == null) {
                throw new IllegalStateException("the key " + removed.key + " is not there");
            }
            // Whoever stands on the removed one goes on from it as before.
            current.next = removed.next;
        }
        resized(size - 1);
        if (size < all.length / 8 && all.length > SMALLEST) {
            resize(all.length / 2);
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread at a time changes the map
    private void resized(int now) {
        size = now;
    }

    private void resize(int length) {
        @Nullable Keyed<?>[] before = places;
        @Nullable Keyed<?>[] after = new Keyed<?>[length];
        for (int i = 0; i < before.length; i++) {
            T one = first(before, i);
            while (one != null) {
                T following = one.next;
                link(after, one);
                one = following;
            }
        }
        places = after;
    }

    private void link(@Nullable Keyed<?>[] all, T one) {
        int place = one.key.hashCode() & (all.length - 1);
        one.next = first(all, place);
        PLACE.setRelease(all, place, one);
    }

    @SuppressWarnings("unchecked") // only things of this type are put there
    private @Nullable T first(@Nullable Keyed<?>[] all, int place) {
        return (T) PLACE.getAcquire(all, place);
    }
}
