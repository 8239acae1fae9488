package dev.waypoint.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What {@code extproc check} was asked for.
 *
 * @param processor where the processor is
 * @param modes the modes that it claims
 * @param patience how long a reply may take before it counts as missing
 * @param sample what requests look like
 * @param json whether the report is JSON
 * @param strict whether a warning is a failure
 */
public record CheckProcessorRequest(
        ProcessorAddressRequest processor,
        List<ProcessorMode> modes,
        Duration patience,
        Sample sample,
        boolean json,
        boolean strict) {

    public CheckProcessorRequest {
        modes = List.copyOf(modes);
    }

    /**
     * What requests look like.
     *
     * @param method the method of those with a body
     * @param headers as name, value, name, value
     * @param body the body; a usual one if empty
     */
    public record Sample(String method, String path, List<String> headers, Optional<String> body) {
        public Sample {
            headers = List.copyOf(headers);
        }
    }
}
