package dev.waypoint.gatewayapi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** {@link Remembered} results by key. Those that one translation does not ask for are forgotten. */
final class Memo<K, V> {

    private final Map<K, Place<V>> places = new HashMap<>();
    private final AtomicLong computations;
    private long turn;
    private int asked;

    /** A result, and when it was last asked for. */
    private static final class Place<V> {
        private final Remembered<V> remembered;
        private long turn;

        Place(Remembered<V> remembered, long turn) {
            this.remembered = remembered;
            this.turn = turn;
        }
    }

    /** A memo whose computations nobody counts. */
    Memo() {
        this(new AtomicLong());
    }

    /** @param computations counts how often something had to be computed */
    Memo(AtomicLong computations) {
        this.computations = computations;
    }

    /** Begins the next translation. */
    void begin() {
        if (asked < places.size()) {
            places.values().removeIf(place -> place.turn != turn);
        }
        turn++;
        asked = 0;
    }

    /** The result for a key; computed only if it is not known or no longer holds. */
    V get(K key, List<Object> inputs, View view, Function<View, V> compute) {
        Place<V> place = places.get(key);
        if (place == null) {
            place = new Place<>(new Remembered<>(computations), turn - 1);
            places.put(key, place);
        }
        if (place.turn == turn) {
            return place.remembered.again(inputs, view, compute);
        }
        place.turn = turn;
        asked++;
        return place.remembered.get(inputs, view, compute);
    }
}
