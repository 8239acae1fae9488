package dev.waypoint.control.status;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Where two maps in the natural order of their keys differ. Costs a glance at each entry, and no search for any. */
final class SortedDifference {

    private SortedDifference() {}

    /** The keys that only one of the maps has, or for which they hold different objects, be they equal or not. */
    @SuppressWarnings("ReferenceEquality") // a value that changed is another object
    static <K extends Comparable<K>, V> List<K> keys(SortedMap<K, V> one, SortedMap<K, V> other) {
        List<K> keys = new ArrayList<>();
        if (one == other) {
            return keys;
        }
        Iterator<Map.Entry<K, V>> firsts = one.entrySet().iterator();
        Iterator<Map.Entry<K, V>> seconds = other.entrySet().iterator();
        Optional<Map.Entry<K, V>> first = next(firsts);
        Optional<Map.Entry<K, V>> second = next(seconds);
        while (first.isPresent() || second.isPresent()) {
            int order = order(first, second);
            if (order != 0 || first.get().getValue() != second.get().getValue()) {
                keys.add((order <= 0 ? first : second).get().getKey());
            }
            first = order <= 0 ? next(firsts) : first;
            second = order >= 0 ? next(seconds) : second;
        }
        return keys;
    }

    private static <E> Optional<E> next(Iterator<E> iterator) {
        return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }

    /** What has come to its end is behind everything. */
    @SuppressWarnings("ReferenceEquality") // a shortcut: maps that were made of each other share their keys
    private static <K extends Comparable<K>, V> int order(
            Optional<Map.Entry<K, V>> first, Optional<Map.Entry<K, V>> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? 1 : -1;
        }
        K one = first.get().getKey();
        K other = second.get().getKey();
        return one == other ? 0 : one.compareTo(other);
    }
}
