package dev.waypoint.control.cluster;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Listener;
import dev.waypoint.api.ObjectRef;
import dev.waypoint.api.WaypointParameters;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.control.provision.ProxyDemand;
import dev.waypoint.control.provision.ProxyDemand.Fate;
import dev.waypoint.control.provision.ProxyDemand.PortDemand;
import dev.waypoint.control.provision.ResourceNames;
import dev.waypoint.gatewayapi.Condition;
import dev.waypoint.gatewayapi.ObjectStatus;
import dev.waypoint.gatewayapi.Translation;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RoutingIr;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What Gateways need to run. */
final class Demands {

    private final ResourceSet set;
    private final Translation translation;

    Demands(ResourceSet set, Translation translation) {
        this.set = set;
        this.translation = translation;
    }

    /** What Gateways need; empty while they serve nothing: proxies are not started for a Gateway that is all wrong. */
    Optional<ProxyDemand> of(PlaneGroups.Group group) {
        Map<Integer, Integer> ports = new TreeMap<>();
        List<Resource<Gateway>> serving = new ArrayList<>();
        SortedSet<Integer> servicePorts = new TreeSet<>();
        boolean mesh = false;
        for (Resource<Gateway> gateway : group.gateways()) {
            Map<Integer, Integer> own = meshPorts(gateway);
            mesh |= !own.isEmpty();
            RoutingIr routing = translation.gateways().getOrDefault(gateway.ref(), RoutingIr.EMPTY);
            own.putAll(ports(routing));
            routing.listeners().stream()
                    .filter(Demands::isOfService)
                    .forEach(listener -> servicePorts.add(listener.bindPort()));
            if (!own.isEmpty()) {
                serving.add(gateway);
                ports.putAll(own);
            }
        }
        if (serving.isEmpty()) {
            return Optional.empty();
        }
        List<PortDemand> demanded = new ArrayList<>();
        ports.forEach((port, target) -> demanded.add(new PortDemand(port, target)));
        return Optional.of(new ProxyDemand(
                group.plane(),
                // One that serves nothing for the moment keeps what it shares with others.
                new ProxyDemand.Owners(group.gateways(), group.shared().isPresent()),
                parameters(serving.getFirst()),
                demanded,
                mesh,
                servicePorts,
                set.find(Kinds.SECRET, group.plane().namespace(), ResourceNames.sessions(group.plane()))
                        .map(secret -> secret.meta().uid())));
    }

    private Map<Integer, Integer> meshPorts(Resource<Gateway> gateway) {
        Map<Integer, Integer> ports = new TreeMap<>();
        if (isAccepted(Optional.ofNullable(translation.statuses().get(gateway.ref())))) {
            gateway.spec().listeners().stream()
                    .filter(listener -> listener.protocol().equals(Listener.MESH))
                    .forEach(listener -> ports.put(listener.port(), listener.port()));
        }
        return ports;
    }

    private static Map<Integer, Integer> ports(RoutingIr routing) {
        Map<Integer, Integer> ports = new TreeMap<>();
        for (ListenerIr listener : routing.listeners()) {
            if (!isOfService(listener)) {
                ports.put(listener.port(), listener.bindPort());
            }
        }
        return ports;
    }

    private static boolean isOfService(ListenerIr listener) {
        return listener.owner().kind().equals(Kinds.SERVICE.name());
    }

    private static boolean isAccepted(Optional<ObjectStatus> status) {
        return status.isPresent()
                && status.get() instanceof ObjectStatus.GatewayStatus gateway
                && gateway.conditions().stream()
                        .anyMatch(condition ->
                                condition.type().equals("Accepted") && condition.status() == Condition.State.TRUE);
    }

    private List<WaypointParameters> parameters(Resource<Gateway> gateway) {
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

    /**
     * What becomes of objects that were made for a Gateway and that nobody asks for now. What a Gateway of ours has stays while its
     * listeners are broken; what belongs to one that is gone, the cluster removes itself.
     */
    Fate fate(ResourceRef gateway) {
        Optional<Resource<Gateway>> found = set.find(Kinds.GATEWAY, gateway.namespace(), gateway.name());
        if (found.isEmpty()) {
            return Fate.GONE;
        }
        boolean classUnknown = set.find(
                        Kinds.GATEWAY_CLASS, "", found.get().spec().gatewayClassName())
                .isEmpty();
        return classUnknown || translation.gateways().containsKey(gateway) ? Fate.KEEPS : Fate.OTHERS;
    }
}
