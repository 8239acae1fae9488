package dev.waypoint.extproc.check;

import dev.waypoint.extproc.client.ProcessorAddress;
import java.time.Duration;
import java.util.List;

/**
 * What is to be checked.
 *
 * @param processor where the processor is
 * @param modes the modes that it claims
 * @param patience how long a reply may take before it counts as missing
 * @param method the method of requests with a body
 * @param path the path of requests
 * @param headers further headers of requests, as name, value, name, value
 * @param body the body of requests; sent in pieces
 */
public record CheckRequest(
        ProcessorAddress processor,
        List<CheckMode> modes,
        Duration patience,
        String method,
        String path,
        List<String> headers,
        String body) {

    /** The usual body: long enough to be cut in pieces. */
    public static final String USUAL_BODY = "The quick brown fox jumps over the lazy dog.";

    public CheckRequest {
        modes = List.copyOf(modes);
        headers = List.copyOf(headers);
    }
}
