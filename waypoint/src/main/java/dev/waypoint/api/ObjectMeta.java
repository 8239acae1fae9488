package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Lenient;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata of an object; fields that nobody here needs are skipped.
 *
 * @param name the name
 * @param namespace the namespace; empty for cluster-scoped objects
 * @param generation counts changes of the specification
 * @param creationTimestamp RFC 3339; objects from files mostly have none
 * @param labels the labels
 * @param annotations the annotations
 * @param uid the identity across deletion and creation; empty for objects from files
 */
@Lenient
public record ObjectMeta(
        String name,
        @Default("\"\"") String namespace,
        @Default("1") long generation,
        Optional<String> creationTimestamp,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Default("\"\"") String uid) {

    private static final int USUAL_LENGTH = 20;

    public ObjectMeta {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** Metadata of an object that has just a name. */
    public static ObjectMeta of(String namespace, String name) {
        return new ObjectMeta(name, namespace, 1, Optional.empty(), Map.of(), Map.of(), "");
    }

    /** When the object was created; the epoch if unknown, so that objects from files are ordered by their names. */
    public Instant created() {
        return creationTimestamp.map(ObjectMeta::parse).orElse(Instant.EPOCH);
    }

    /** Compares by the time of creation. Cheap where both have the form that clusters write, since this decides the order of many. */
    public int compareAge(ObjectMeta other) {
        if (creationTimestamp.isPresent() && other.creationTimestamp.isPresent()) {
            String mine = creationTimestamp.get();
            String theirs = other.creationTimestamp.get();
            if (isUsual(mine) && isUsual(theirs)) {
                return mine.compareTo(theirs);
            }
        }
        return created().compareTo(other.created());
    }

    /** Whether the text is like {@code 2026-01-31T12:00:00Z}, whose order is that of the texts. */
    private static boolean isUsual(String text) {
        return text.length() == USUAL_LENGTH && text.charAt(USUAL_LENGTH - 1) == 'Z' && text.charAt(10) == 'T';
    }

    private static Instant parse(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException malformed) {
            return Instant.EPOCH;
        }
    }
}
