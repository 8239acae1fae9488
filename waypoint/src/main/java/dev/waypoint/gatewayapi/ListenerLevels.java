package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.HttpFilter.Phase;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Service;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what listeners, and Services of a mesh, add to each of their routes. */
final class ListenerLevels {

    private final FilterPolicies policies;
    private final View view;
    private final List<ChainFilter> filters = new ArrayList<>();
    private final List<ChainFilter> preRouting = new ArrayList<>();
    private final List<TrafficLayer> traffic = new ArrayList<>();

    private ListenerLevels(FilterPolicies policies, View view) {
        this.policies = policies;
        this.view = view;
    }

    /** What is attached to a listener, its ListenerSet, and its Gateway. */
    static ListenerLevel of(ListenerState.Key listener, Resource<Gateway> gateway, FilterPolicies policies, View view) {
        ListenerLevels levels = new ListenerLevels(policies, view);
        levels.add(Level.GATEWAY, Target.of(gateway.ref()));
        if (!listener.owner().equals(gateway.ref())) {
            levels.add(Level.LISTENER, Target.of(listener.owner()));
        }
        levels.add(Level.LISTENER, new Target(listener.owner(), listener.name()));
        boolean ownWay = BackendTls.clientCertificateRef(gateway).isPresent()
                || view.policies(Kinds.TRAFFIC_POLICY, Target.of(gateway.ref())).stream()
                        .anyMatch(policy -> BackendSettings.concerns(policy.spec()));
        return levels.build(ownWay ? Backends.variant(gateway) : "");
    }

    /** What is attached to a Service of a mesh, to one of its ports, and to the waypoint in front of it. */
    static ListenerLevel of(
            Optional<ResourceRef> waypoint,
            ResourceRef service,
            Optional<Service.Port> port,
            FilterPolicies policies,
            View view) {
        ListenerLevels levels = new ListenerLevels(policies, view);
        waypoint.ifPresent(gateway -> levels.add(Level.GATEWAY, Target.of(gateway)));
        levels.add(Level.SERVICE, Target.of(service));
        port.filter(one -> !one.name().isEmpty())
                .ifPresent(one -> levels.add(Level.PORT, new Target(service, one.name())));
        return levels.build("");
    }

    private void add(Level level, Target target) {
        filters.addAll(policies.attached(target, level, Phase.POST_ROUTING, view));
        preRouting.addAll(policies.attached(target, level, Phase.PRE_ROUTING, view));
        view.policies(Kinds.TRAFFIC_POLICY, target).forEach(policy -> traffic.add(new TrafficLayer(level, policy)));
    }

    private ListenerLevel build(String variant) {
        preRouting.sort(ChainFilter.ORDER);
        return new ListenerLevel(filters, ExtProcPolicies.withoutDisabled(preRouting), traffic, variant);
    }
}
