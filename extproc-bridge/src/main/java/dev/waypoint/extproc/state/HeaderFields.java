package dev.waypoint.extproc.state;

import java.util.function.BiConsumer;

/**
 * The fields of a head or of trailers as a processor sees them: names in lower case, pseudo headers among them. Values are text
 * of one char for each byte.
 */
public interface HeaderFields {

    /** Calls the consumer for each field in order, pseudo headers first. */
    void forEach(BiConsumer<CharSequence, String> consumer);

    /** Whether there is a field of the name. */
    boolean contains(String name);

    /** Replaces all fields of the name by one. */
    void set(String name, String value);

    /** Adds a field. */
    void add(String name, String value);

    /** Removes all fields of the name; whether there was one. */
    boolean remove(String name);

    /** Whether pseudo headers may stand here. */
    boolean allowsPseudo();

    /** The number of fields. */
    default int size() {
        int[] count = {0};
        forEach((name, value) -> count[0]++);
        return count[0];
    }

    /** The bytes of names and values. */
    default int byteSize() {
        int[] bytes = {0};
        forEach((name, value) -> bytes[0] += name.length() + value.length());
        return bytes[0];
    }
}
