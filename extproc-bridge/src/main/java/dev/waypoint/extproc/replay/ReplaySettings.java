package dev.waypoint.extproc.replay;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What does not matter in a comparison, and how long to wait.
 *
 * @param ignoredHeaders headers, wherever they are set or removed; lower case
 * @param ignoredFields fields of messages by their JSON names, wherever they are
 * @param timeout how long a reply, or the end of the stream, may take
 */
public record ReplaySettings(Set<String> ignoredHeaders, Set<String> ignoredFields, Duration timeout) {

    public ReplaySettings {
        ignoredHeaders = Set.copyOf(ignoredHeaders);
        ignoredFields = Set.copyOf(ignoredFields);
    }

    /** Settings with header names in any case. */
    public static ReplaySettings of(Collection<String> headers, Collection<String> fields, Duration timeout) {
        return new ReplaySettings(
                headers.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet()),
                Set.copyOf(fields),
                timeout);
    }
}
