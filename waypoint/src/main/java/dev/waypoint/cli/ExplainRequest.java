package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code explain} was asked for.
 *
 * @param source whose configuration is asked
 * @param plugins a folder of jars
 * @param method the request's method
 * @param url the request's URL
 * @param headers the request's headers as {@code name: value}
 * @param json whether the output is JSON
 */
public record ExplainRequest(
        Source source, Optional<Path> plugins, String method, String url, List<String> headers, boolean json) {
    public ExplainRequest {
        headers = List.copyOf(headers);
    }

    /** Whose configuration is asked. */
    public sealed interface Source {

        /** Files: a folder, or one file. */
        record Folder(Path path) implements Source {}

        /**
         * A live cluster.
         *
         * @param namespace where the Gateway is
         * @param gateway the Gateway's name; empty for whichever takes the request
         * @param caller the namespace of the caller, for Services of a mesh; empty for one without routes of its own
         */
        record Cluster(String namespace, Optional<String> gateway, Optional<String> caller) implements Source {}
    }
}
