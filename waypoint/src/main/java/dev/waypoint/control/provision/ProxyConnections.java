package dev.waypoint.control.provision;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.WaypointParameters.Isolation;
import dev.waypoint.control.ProxyLaunch;
import dev.waypoint.control.provision.ProxyDemand.PortDemand;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The connections that a NetworkPolicy allows to proxies. Policies add up: whoever needs more, such as a processor outside of the
 * cluster, allows it by a policy of his own.
 */
final class ProxyConnections {

    private static final int NAMES = 53;

    private ProxyConnections() {}

    /** The specification of the policy for the pods that the selector finds. */
    static ObjectNode policy(ProxyDemand demand, Isolation isolation, ObjectNode selector) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.putObject("podSelector").set("matchLabels", selector);
        ArrayNode types = spec.putArray("policyTypes").add("Ingress");
        ingress(demand, spec.putArray("ingress"));
        if (isolation == Isolation.INGRESS_AND_EGRESS) {
            types.add("Egress");
            egress(spec.putArray("egress"));
        }
        return spec;
    }

    /** What pods see: the ports that they bind, for a waypoint also those of the Services whose address it was called by. */
    private static void ingress(ProxyDemand demand, ArrayNode rules) {
        SortedSet<Integer> ports = new TreeSet<>(demand.servicePorts());
        demand.ports().stream().map(PortDemand::target).forEach(ports::add);
        ArrayNode served = rules.addObject().putArray("ports");
        ports.forEach(port -> port(served, port, "TCP"));
        ObjectNode probes = rules.addObject();
        anyPod(probes.putArray("from"));
        ArrayNode own = probes.putArray("ports");
        port(own, ProxyLaunch.METRICS_PORT, "TCP");
        port(own, ProxyLaunch.HEALTH_PORT, "TCP");
    }

    /** Backends, processors and the controller are pods of the cluster, at any port. Servers of names may be elsewhere. */
    private static void egress(ArrayNode rules) {
        ArrayNode names = rules.addObject().putArray("ports");
        port(names, NAMES, "UDP");
        port(names, NAMES, "TCP");
        anyPod(rules.addObject().putArray("to"));
    }

    private static void anyPod(ArrayNode peers) {
        peers.addObject().putObject("namespaceSelector");
    }

    private static void port(ArrayNode ports, int port, String protocol) {
        ports.addObject().put("port", port).put("protocol", protocol);
    }
}
