package dev.waypoint.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code explain} was asked for.
 *
 * @param config the folder or file
 * @param plugins a folder of jars
 * @param method the request's method
 * @param url the request's URL
 * @param headers the request's headers as {@code name: value}
 * @param json whether the output is JSON
 */
public record ExplainRequest(
        Path config, Optional<Path> plugins, String method, String url, List<String> headers, boolean json) {
    public ExplainRequest {
        headers = List.copyOf(headers);
    }
}
