package dev.waypoint.control.cluster;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.provision.ProxyDemand;
import dev.waypoint.control.provision.ProxyDemand.PortDemand;
import dev.waypoint.gatewayapi.Condition;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What Gateways need to run. */
final class Demands {

    private static final String MESH = "waypoint.dev/mesh";

    private Demands() {}

    /** What a Gateway needs; empty while it serves nothing: proxies are not started for a Gateway that is all wrong. */
    static Optional<ProxyDemand> of(
            ResourceSet set, Resource<Gateway> gateway, RoutingIr routing, Map<ResourceRef, ObjectStatus> statuses) {
        Map<Integer, Integer> ports = new TreeMap<>();
        boolean mesh = false;
        if (isAccepted(statuses.get(gateway.ref()))) {
            for (var listener : gateway.spec().listeners()) {
                if (listener.protocol().equals(MESH)) {
                    mesh = true;
                    ports.put(listener.port(), listener.port());
                }
            }
        }
        for (ListenerIr listener : routing.listeners()) {
            if (!listener.owner().kind().equals(Kinds.SERVICE.name())) {
                ports.put(listener.port(), listener.bindPort());
            }
        }
        if (ports.isEmpty()) {
            return Optional.empty();
        }
        List<PortDemand> demanded = new ArrayList<>();
        ports.forEach((port, target) -> demanded.add(new PortDemand(port, target)));
        return Optional.of(
                new ProxyDemand(Controller.plane(gateway), gateway, parameters(set, gateway), demanded, mesh));
    }

    private static boolean isAccepted(@org.jspecify.annotations.Nullable ObjectStatus status) {
        return status instanceof ObjectStatus.GatewayStatus gateway
                && gateway.conditions().stream()
                        .anyMatch(condition ->
                                condition.type().equals("Accepted") && condition.status() == Condition.State.TRUE);
    }

    private static List<WaypointParameters> parameters(ResourceSet set, Resource<Gateway> gateway) {
        Optional<ObjectRef> own = gateway.spec().infrastructure().flatMap(Gateway.Infrastructure::parametersRef);
        Optional<ObjectRef> ofClass = set.find(
                        Kinds.GATEWAY_CLASS, "", gateway.spec().gatewayClassName())
                .flatMap(found -> found.spec().parametersRef());
        List<WaypointParameters> parameters = new ArrayList<>();
        own.flatMap(ref -> set.find(Kinds.WAYPOINT_PARAMETERS, gateway.namespace(), ref.name()))
                .ifPresent(found -> parameters.add(found.spec()));
        ofClass.flatMap(ref ->
                        set.find(Kinds.WAYPOINT_PARAMETERS, ref.namespace().orElse(""), ref.name()))
                .ifPresent(found -> parameters.add(found.spec()));
        return parameters;
    }
}
