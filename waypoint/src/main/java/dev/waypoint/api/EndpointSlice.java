package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Lenient;
import dev.waypoint.config.Range;
import java.util.List;
import java.util.Optional;

/** An EndpointSlice; its label {@code kubernetes.io/service-name} names the Service. */
@Lenient
public record EndpointSlice(@Default("\"IPv4\"") String addressType, List<Endpoint> endpoints, List<Port> ports) {
    /** The label that names the Service. */
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    public EndpointSlice {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    /** Addresses of one pod. */
    @Lenient
    public record Endpoint(
            List<String> addresses,
            @Default("{}") Conditions conditions,
            @Default("\"\"") String zone,
            Optional<TargetRef> targetRef) {
        public Endpoint {
            addresses = List.copyOf(addresses);
        }
    }

    /** Whether an endpoint takes requests; what is unknown counts as ready. */
    @Lenient
    public record Conditions(
            @Default("true") boolean ready,
            Optional<Boolean> serving,
            @Default("false") boolean terminating) {}

    /** The pod behind an endpoint. */
    @Lenient
    public record TargetRef(
            @Default("\"\"") String kind, @Default("\"\"") String name) {}

    /** A port of all endpoints, named like the Service's port. */
    @Lenient
    public record Port(
            @Default("\"\"") String name,
            @Range(min = 1, max = 65535) Optional<Integer> port,
            @Default("\"TCP\"") String protocol,
            Optional<String> appProtocol) {}
}
