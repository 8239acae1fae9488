package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code WaypointParameters.spec}: how the proxies of a GatewayClass or Gateway are deployed, and how they treat connections. */
@Doc("How the proxies of a GatewayClass (`spec.parametersRef`) or of a Gateway"
        + " (`spec.infrastructure.parametersRef`) are deployed, and how they treat connections.")
public record WaypointParameters(
        @Doc("The Deployment of the proxies.") Optional<Deployment> deployment,

        @Doc("The Service in front of them.") Optional<ServiceTemplate> service,

        @Doc("How connections of clients are treated; the defaults are the safe values.") @Default("{}")
        Connections connections,

        @Doc(
                "Whether all Gateways of a namespace that these parameters apply to share one Deployment and one Service. Their"
                        + " listeners must then differ in port or host name; waypoints never share.")
        @Default("false")
        boolean mergeGateways,

        @Doc(
                "Makes a NetworkPolicy for the proxies. `Ingress`: clients reach the ports of listeners, pods of the cluster those of"
                        + " metrics and health, and nobody anything else. `IngressAndEgress`: besides, proxies reach names (port 53)"
                        + " and pods of the cluster, and nothing else. `None`: there is no policy, which is the default.")
        Optional<Isolation> networkPolicy) {

    /** Which connections of proxies a NetworkPolicy restricts. */
    public enum Isolation {
        /** None. */
        @Name("None")
        NONE,
        /** Those of clients. */
        @Name("Ingress")
        INGRESS,
        /** Those of clients, and those to backends. */
        @Name("IngressAndEgress")
        INGRESS_AND_EGRESS
    }

    /** The Deployment; {@code resources}, {@code affinity} and {@code tolerations} have the form of a pod's. */
    @Rule(
            cel = "!has(self.maxReplicas) || (has(self.replicas) ? self.replicas : 1) <= self.maxReplicas",
            message = "maxReplicas: expected at least as many as replicas")
    public record Deployment(
            @Doc("How many proxies run; with `maxReplicas`, the least.") @Range(min = 0, max = 10_000)
            Optional<Integer> replicas,

            @Doc("The most proxies: makes a HorizontalPodAutoscaler, which then owns the number.")
            @Range(min = 1, max = 10_000)
            Optional<Integer> maxReplicas,

            @Doc("The image of the proxy; the controller's own if left out.") @Size(min = 1, max = 1024)
            Optional<String> image,

            @Doc("CPU and memory of the proxy's container, as in a pod.")
            Optional<JsonNode> resources,

            @Doc("Labels of the nodes that may run proxies, as in a pod.")
            Optional<JsonNode> nodeSelector,

            @Doc("Which nodes and neighbours proxies like, as in a pod.")
            Optional<JsonNode> affinity,

            @Doc("Which taints of nodes proxies tolerate, as in a pod: a list.")
            Optional<JsonNode> tolerations,

            @Doc("How proxies are spread over nodes and zones, as in a pod: a list.")
            Optional<JsonNode> topologySpreadConstraints,

            @Doc("How long a proxy may take to end the requests that it has, once it was told to stop.")
            Optional<Duration> terminationGracePeriod,

            @Doc("How many proxies an eviction must leave: makes a PodDisruptionBudget.") @Range(min = 0, max = 10_000)
            Optional<Integer> minAvailable) {
        /** @throws IllegalArgumentException if there may be fewer replicas than there are */
        public Deployment {
            if (maxReplicas.isPresent() && maxReplicas.get() < replicas.orElse(1)) {
                throw new IllegalArgumentException("maxReplicas is " + maxReplicas.get()
                        + ", expected at least as many as replicas, " + replicas.orElse(1));
            }
        }
    }

    /** The Service in front. */
    @Rule(
            cel = "!has(self.loadBalancerClass) || !has(self.type) || self.type == 'LoadBalancer'",
            message = "loadBalancerClass: only a Service of type LoadBalancer has one")
    @Rule(
            cel = "!has(self.type) || self.type in ['LoadBalancer', 'NodePort', 'ClusterIP']",
            message = "type: expected LoadBalancer, NodePort or ClusterIP")
    @Rule(
            cel = "!has(self.externalTrafficPolicy) || self.externalTrafficPolicy in ['Cluster', 'Local']",
            message = "externalTrafficPolicy: expected Cluster or Local")
    public record ServiceTemplate(
            @Doc("Its type: `LoadBalancer`, `NodePort` or `ClusterIP`. If left out `LoadBalancer`, for a waypoint"
                    + " `ClusterIP`.")
            @Size(min = 1, max = 63)
            Optional<String> type,

            @Doc("Which load balancer serves it; the cluster's default if left out.") @Size(min = 1, max = 253)
            Optional<String> loadBalancerClass,

            @Doc("`Cluster`, or `Local`: clients keep their address, and reach only proxies of the node that they"
                    + " reach.")
            @Size(max = 63)
            Optional<String> externalTrafficPolicy) {
        private static final List<String> TYPES = List.of("LoadBalancer", "NodePort", "ClusterIP");
        private static final List<String> POLICIES = List.of("Cluster", "Local");

        /** @throws IllegalArgumentException naming the field and what was expected */
        public ServiceTemplate {
            if (type.filter(wanted -> !TYPES.contains(wanted)).isPresent()) {
                throw new IllegalArgumentException("type: expected LoadBalancer, NodePort or ClusterIP");
            }
            if (loadBalancerClass.isPresent()
                    && type.filter(wanted -> !wanted.equals("LoadBalancer")).isPresent()) {
                throw new IllegalArgumentException("loadBalancerClass: only a Service of type LoadBalancer has one");
            }
            if (externalTrafficPolicy
                    .filter(policy -> !POLICIES.contains(policy))
                    .isPresent()) {
                throw new IllegalArgumentException("externalTrafficPolicy: expected Cluster or Local");
            }
        }
    }

    /** How connections are treated; defaults are the safe ones. */
    public record Connections(
            @Doc("How many proxies in front may be believed in `x-forwarded-for`; with 0 the peer of the connection"
                    + " is the client.")
            @Default("0")
            @Range(min = 0, max = 100)
            int trustedHops,

            @Doc("Whether connections begin with a PROXY protocol header, as some load balancers send it.")
            @Default("false")
            boolean proxyProtocol,

            @Doc("The largest head of a request, in bytes.") @Default("65536") @Range(min = 1024, max = 1_048_576)
            int maxHeaderBytes,

            @Doc("The most requests at a time on one HTTP/2 connection.") @Default("256") @Range(min = 1)
            int maxStreams,

            @Doc("How long a connection without requests is kept.") @Default("\"1h\"")
            Duration idleTimeout,

            @Doc("How long the head of a request may take to arrive.") @Default("\"30s\"")
            Duration headerTimeout,

            @Doc("Which headers about the way of a request are set for the backend.") @Default("{}")
            Forwarding forwarding) {}

    /** Which forwarding headers are set. */
    public record Forwarding(
            @Doc("`x-forwarded-for`, `-proto` and `-host`.") @Default("true")
            boolean xForwarded,

            @Doc("`forwarded` (RFC 7239).") @Default("false")
            boolean forwarded,

            @Doc("The name of the proxy for `via`; no such header if empty.") @Default("\"\"") @Size(max = 253)
            String via,

            @Doc("`x-request-id`; one that the client sent is kept only behind trusted hops.") @Default("true")
            boolean requestId) {}
}
