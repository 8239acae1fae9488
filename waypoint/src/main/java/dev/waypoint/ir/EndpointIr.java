package dev.waypoint.ir;

import java.util.Map;

/**
 * One address of a backend.
 *
 * @param host an IP address, or a host name that is resolved when connecting
 * @param port the port
 * @param zone the zone, empty if unknown
 * @param weight the weight for weighted balancing, at least 1
 * @param state whether it takes requests
 * @param labels the labels of its pod, for subsets
 */
public record EndpointIr(String host, int port, String zone, int weight, State state, Map<String, String> labels) {

    /** Whether an endpoint takes requests. */
    public enum State {
        /** Takes requests. */
        READY,
        /** Finishes what it has; takes new requests only if there is no ready endpoint. */
        TERMINATING
    }

    public EndpointIr {
        labels = Map.copyOf(labels);
    }
}
