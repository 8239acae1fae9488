package dev.waypoint.control.live;

import dev.waypoint.control.live.Installation.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The objects of a large namespace, by number. Half of the routes are those of the first Gateway, the others are spread evenly.
 *
 * @param routes how many HTTPRoutes
 * @param services how many Services, each with ten endpoints
 * @param gateways how many Gateways
 * @param real how many of these have a real proxy
 * @param prefix two numbers of addresses that all lead to this machine
 * @param port where the backends are
 */
record ScaleObjects(int routes, int services, int gateways, int real, String prefix, int port) {

    static final int ENDPOINTS = 10;

    static ScaleObjects configured(int port) {
        String[] sizes =
                Installation.setting("WAYPOINT_TEST_SCALE", "5000,1000,50,3").split(",");
        return new ScaleObjects(
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(sizes[2]),
                Integer.parseInt(sizes[3]),
                Installation.setting("WAYPOINT_TEST_ENDPOINTS", "10.250"),
                port);
    }

    /** What Gateways without a real proxy are deployed with: nothing. */
    Written light() {
        return Installation.object("""
                apiVersion: waypoint.dev/v1alpha1
                kind: WaypointParameters
                metadata: {name: light}
                spec: {deployment: {replicas: 0}, service: {type: ClusterIP}}
                """);
    }

    Written gateway(int number) {
        String parameters = number < real
                ? ""
                : "infrastructure: {parametersRef: {group: waypoint.dev, kind: WaypointParameters, name: light}}";
        return Installation.object("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec:
                  gatewayClassName: waypoint
                  listeners: [{name: http, port: 80, protocol: HTTP}]
                  %s
                """.formatted(gatewayName(number), parameters));
    }

    static String gatewayName(int number) {
        return "edge-" + number;
    }

    List<Written> allServices() {
        List<Written> all = new ArrayList<>();
        for (int service = 0; service < services; service++) {
            all.add(Installation.object("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: s%d}
                    spec: {clusterIP: None, ports: [{name: http, port: 80}]}
                    """.formatted(service)));
            all.add(slice(service, Set.of()));
        }
        return all;
    }

    /** The endpoints of a Service, without some. */
    Written slice(int service, Set<Integer> without) {
        Set<Integer> left = IntStream.range(0, ENDPOINTS).boxed().collect(Collectors.toCollection(TreeSet::new));
        left.removeAll(without);
        String endpoints = left.stream()
                .map(endpoint -> "{addresses: [%s], conditions: {ready: true}}".formatted(address(service, endpoint)))
                .collect(Collectors.joining(", "));
        return Installation.object("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: s%d, labels: {kubernetes.io/service-name: s%d}}
                addressType: IPv4
                ports: [{name: http, port: %d, protocol: TCP}]
                endpoints: [%s]
                """.formatted(service, service, port, endpoints));
    }

    private String address(int service, int endpoint) {
        int number = service * ENDPOINTS + endpoint;
        return prefix + "." + (number / 250) + "." + (number % 250 + 1);
    }

    int gatewayOf(int route) {
        return route < routes / 2 ? 0 : 1 + route % (gateways - 1);
    }

    /** A route; what it adds to answers tells its revisions apart. */
    Written route(int number, int revision) {
        return Installation.object("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r%d}
                spec:
                  parentRefs: [{name: %s}]
                  hostnames: ["h%d.example"]
                  rules:
                  - matches: [{path: {type: PathPrefix, value: %s}}]
                    filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-revision, value: "%d"}]}}]
                    backendRefs: [{name: s%d, port: 80}]
                """.formatted(
                number, gatewayName(gatewayOf(number)), number % 100, path(number), revision, number % services));
    }

    static String host(int route) {
        return "h" + route % 100 + ".example";
    }

    static String path(int route) {
        return "/route/" + route;
    }
}
