package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import java.time.Duration;
import java.util.Optional;

/** {@code WaypointParameters.spec}: how the proxies of a GatewayClass or Gateway are deployed, and how they treat connections. */
public record WaypointParameters(
        Optional<Deployment> deployment,
        Optional<ServiceTemplate> service,
        @Default("{}") Connections connections) {

    /** The Deployment; {@code resources}, {@code affinity} and {@code tolerations} have the form of a pod's. */
    public record Deployment(
            Optional<Integer> replicas,
            Optional<Integer> maxReplicas,
            Optional<String> image,
            Optional<JsonNode> resources,
            Optional<JsonNode> nodeSelector,
            Optional<JsonNode> affinity,
            Optional<JsonNode> tolerations,
            Optional<JsonNode> topologySpreadConstraints,
            Optional<Duration> terminationGracePeriod,
            Optional<Integer> minAvailable) {}

    /** The Service in front. */
    public record ServiceTemplate(
            @Default("\"LoadBalancer\"") String type,
            Optional<String> loadBalancerClass,
            Optional<String> externalTrafficPolicy) {}

    /** How connections are treated; defaults are the safe ones. */
    public record Connections(
            @Default("0") int trustedHops,
            @Default("false") boolean proxyProtocol,
            @Default("65536") int maxHeaderBytes,
            @Default("256") int maxStreams,
            @Default("\"1h\"") Duration idleTimeout,
            @Default("\"30s\"") Duration headerTimeout,
            @Default("{}") Forwarding forwarding) {}

    /** Which forwarding headers are set. */
    public record Forwarding(
            @Default("true") boolean xForwarded,
            @Default("false") boolean forwarded,
            @Default("\"\"") String via,
            @Default("true") boolean requestId) {}
}
