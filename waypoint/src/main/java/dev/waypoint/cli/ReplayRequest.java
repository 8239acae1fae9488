package dev.waypoint.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code extproc replay} was asked for.
 *
 * @param files transcripts, or folders of them
 * @param processor where the processor listens
 * @param ignoredHeaders headers that do not matter
 * @param ignoredFields fields of messages that do not matter
 * @param timeout how long a reply may take
 */
public record ReplayRequest(
        List<Path> files,
        ProcessorAddressRequest processor,
        List<String> ignoredHeaders,
        List<String> ignoredFields,
        Duration timeout) {
    public ReplayRequest {
        files = List.copyOf(files);
        ignoredHeaders = List.copyOf(ignoredHeaders);
        ignoredFields = List.copyOf(ignoredFields);
    }
}
