package dev.waypoint.extproc.processor;

import java.util.ArrayList;
import java.util.List;

/**
 * Changes of headers or trailers. Removals are carried out first, then the rest in order; what the proxy's rules forbid is left
 * out by the proxy. Values are text of one char for each byte.
 */
public record HeaderChanges(List<Change> changes) {

    private static final HeaderChanges NONE = new HeaderChanges(List.of());

    /** One change. */
    public sealed interface Change {
        /** Replaces all fields of the name. */
        record Set(String name, String value) implements Change {}

        /** Adds a field. */
        record Add(String name, String value) implements Change {}

        /** Removes all fields of the name. */
        record Remove(String name) implements Change {}
    }

    public HeaderChanges {
        changes = List.copyOf(changes);
    }

    /** No change. */
    public static HeaderChanges none() {
        return NONE;
    }

    /** These changes, and then the setting of a header. */
    public HeaderChanges set(String name, String value) {
        return and(new Change.Set(name, value));
    }

    /** These changes, and then a further field. */
    public HeaderChanges add(String name, String value) {
        return and(new Change.Add(name, value));
    }

    /** These changes, and the removal of a header. */
    public HeaderChanges remove(String name) {
        return and(new Change.Remove(name));
    }

    private HeaderChanges and(Change change) {
        List<Change> all = new ArrayList<>(changes);
        all.add(change);
        return new HeaderChanges(all);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
