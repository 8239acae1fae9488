package dev.waypoint.gatewayapi;

import dev.waypoint.config.ResourceRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The ports that the proxies of each Gateway bind to. Gateways that share proxies share these ports too. */
final class PlanePorts {

    private final Map<ResourceRef, SharedPlane> shared;
    private final Map<Object, Map<Integer, Integer>> targets = new HashMap<>();

    /** @param shared the proxies that Gateways share */
    PlanePorts(List<GatewayPlan> plans, Map<ResourceRef, SharedPlane> shared) {
        this.shared = shared;
        Map<Object, TreeSet<Integer>> ports = new HashMap<>();
        for (GatewayPlan plan : plans) {
            TreeSet<Integer> served = ports.computeIfAbsent(plane(plan), absent -> new TreeSet<>());
            served(plan).forEach(listener -> served.add(listener.spec().port()));
        }
        ports.forEach((plane, served) -> targets.put(plane, TargetPorts.of(served)));
    }

    /** The listeners of a Gateway that a proxy binds ports for. */
    static List<ListenerState> served(GatewayPlan plan) {
        return plan.listeners().stream()
                .filter(listener -> plan.serves(listener) && !listener.mesh())
                .toList();
    }

    /** What is bound for a port of a Gateway. */
    int target(GatewayPlan plan, int port) {
        return targets.getOrDefault(plane(plan), Map.of()).getOrDefault(port, port);
    }

    private Object plane(GatewayPlan plan) {
        ResourceRef gateway = plan.gateway().ref();
        return Optional.<Object>ofNullable(shared.get(gateway)).orElse(gateway);
    }
}
