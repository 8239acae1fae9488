package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Lenient;
import dev.waypoint.config.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code Service.spec}, as far as it is needed, and endpoints written plainly for use without a cluster. */
@Lenient
public record Service(
        @Default("\"ClusterIP\"") String type,
        Optional<String> clusterIP,
        List<String> clusterIPs,
        List<Port> ports,
        Map<String, String> selector,

        @Doc(
                "Addresses of the Service where no cluster provides EndpointSlices; shaped like the endpoints of an EndpointSlice.")
        List<InlineEndpoint> endpoints) {

    public Service {
        clusterIPs = List.copyOf(clusterIPs);
        ports = List.copyOf(ports);
        selector = Map.copyOf(selector);
        endpoints = List.copyOf(endpoints);
    }

    /** Whether it has no address of its own. */
    public boolean headless() {
        return clusterIP.filter("None"::equals).isPresent();
    }

    /** A port; without a name if it is the only one. {@code targetPort} is a number or the name of a container's port. */
    @Lenient
    public record Port(
            @Default("\"\"") String name,
            @Range(min = 1, max = 65535) int port,
            Optional<JsonNode> targetPort,
            @Default("\"TCP\"") String protocol,
            Optional<String> appProtocol) {}

    /**
     * Addresses with the same properties.
     *
     * @param addresses IP addresses or host names
     * @param port the port; empty for the Service port's numeric {@code targetPort}, or the Service's port itself
     * @param conditions whether they take requests
     * @param zone the zone
     * @param weight the weight for weighted balancing
     * @param labels stand for the pod's labels, for subsets
     */
    public record InlineEndpoint(
            List<String> addresses,
            @Range(min = 1, max = 65535) Optional<Integer> port,
            @Default("{}") EndpointSlice.Conditions conditions,
            @Default("\"\"") String zone,
            @Default("1") @Range(min = 1, max = 1000000) int weight,
            Map<String, String> labels) {
        public InlineEndpoint {
            addresses = List.copyOf(addresses);
            labels = Map.copyOf(labels);
        }
    }
}
