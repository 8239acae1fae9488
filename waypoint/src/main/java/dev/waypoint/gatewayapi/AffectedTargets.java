package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.AncestorStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ClassStatus;
import dev.waypoint.gatewayapi.ObjectStatus.GatewayStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerSetStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ListenerStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import dev.waypoint.gatewayapi.ObjectStatus.PolicyStatus;
import dev.waypoint.gatewayapi.ObjectStatus.RouteStatus;
import dev.waypoint.gatewayapi.ObjectStatus.ServiceStatus;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells targets which policies change what happens to them (GEP-713): Gateways, their listeners, routes, and in a cluster Services, get
 * a condition for each kind of policy. Who reads a route sees that there is more to it than the route says.
 */
final class AffectedTargets {

    private static final List<Kind<?>> POLICIES =
            List.of(Kinds.RATE_LIMIT_POLICY, Kinds.EXT_PROC_POLICY, Kinds.TRAFFIC_POLICY, Kinds.HTTP_FILTER);
    private static final int MOST_CONDITIONS = 8;
    private static final int MOST_NAMES = 10;

    private final ObjectIndex index;
    private final Map<ResourceRef, ObjectStatus> statuses;
    private final boolean services;

    /** The policies of a target by their kind; for a rule of a route, or a port of a Service, with its name behind. */
    private final Map<Target, Map<String, List<String>>> policies = new HashMap<>();

    /** @param services whether Services are told, too */
    AffectedTargets(ObjectIndex index, Map<ResourceRef, ObjectStatus> statuses, boolean services) {
        this.index = index;
        this.statuses = statuses;
        this.services = services;
    }

    /** Adds the conditions to the statuses. */
    void tell() {
        POLICIES.forEach(kind -> index.set().all(kind).forEach(this::collect));
        policies.keySet().stream()
                .map(Target::object)
                .distinct()
                .forEach(object -> status(object).ifPresent(status -> statuses.put(object, told(object, status))));
    }

    /** Services are objects of the cluster: one that nothing else is to be said of has no status of ours yet. */
    private Optional<ObjectStatus> status(ResourceRef object) {
        Optional<ObjectStatus> known = Optional.ofNullable(statuses.get(object));
        return services && isService(object) && index.set().find(object).isPresent()
                ? known.or(() -> Optional.of(ServiceStatus.NONE))
                : known;
    }

    private void collect(Resource<?> policy) {
        if (!(statuses.get(policy.ref()) instanceof PolicyStatus status) || !isAccepted(status)) {
            return;
        }
        for (Target target : index.targets(policy)) {
            Optional<String> part = part(target);
            String name = policy.namespace() + "/" + policy.name()
                    + part.map(one -> " (" + one + ")").orElse("");
            policies.computeIfAbsent(part.isPresent() ? Target.of(target.object()) : target, absent -> new TreeMap<>())
                    .computeIfAbsent(policy.kind().name(), absent -> new ArrayList<>())
                    .add(name);
        }
    }

    private static boolean isAccepted(PolicyStatus status) {
        return status.ancestors().stream()
                .map(AncestorStatus::conditions)
                .flatMap(List::stream)
                .anyMatch(condition ->
                        condition.type().equals(Reasons.ACCEPTED) && condition.status() == Condition.State.TRUE);
    }

    /** The part of an object that has no conditions of its own. */
    private static Optional<String> part(Target target) {
        if (target.section().isEmpty()) {
            return Optional.empty();
        }
        return Translator.isRoute(target.object())
                ? Optional.of("rule " + target.section())
                : Optional.of("port " + target.section()).filter(port -> isService(target.object()));
    }

    private static boolean isService(ResourceRef object) {
        return object.group().isEmpty() && object.kind().equals(Kinds.SERVICE.name());
    }

    private ObjectStatus told(ResourceRef object, ObjectStatus status) {
        return switch (status) {
            case ServiceStatus service -> new ServiceStatus(with(service.conditions(), Target.of(object)));
            case GatewayStatus gateway ->
                new GatewayStatus(
                        with(gateway.conditions(), Target.of(object)),
                        listeners(object, gateway.listeners()),
                        gateway.attachedListenerSets());
            case ListenerSetStatus set ->
                new ListenerSetStatus(with(set.conditions(), Target.of(object)), listeners(object, set.listeners()));
            case RouteStatus route ->
                new RouteStatus(route.parents().stream()
                        .map(parent -> new ParentStatus(
                                parent.parentRef(),
                                parent.controllerName(),
                                with(parent.conditions(), Target.of(object))))
                        .toList());
            case ClassStatus gatewayClass -> gatewayClass;
            case PolicyStatus policy -> policy;
        };
    }

    private List<ListenerStatus> listeners(ResourceRef object, List<ListenerStatus> listeners) {
        return listeners.stream()
                .map(listener -> new ListenerStatus(
                        listener.name(),
                        listener.supportedKinds(),
                        listener.attachedRoutes(),
                        with(listener.conditions(), new Target(object, listener.name()))))
                .toList();
    }

    private List<Condition> with(List<Condition> conditions, Target target) {
        List<Condition> all = new ArrayList<>(conditions);
        long generation = conditions.stream()
                .mapToLong(Condition::observedGeneration)
                .max()
                .orElseGet(() -> index.set()
                        .find(target.object())
                        .map(found -> found.meta().generation())
                        .orElse(0L));
        policies.getOrDefault(target, Map.of())
                .forEach((kind, names) -> all.add(Condition.yes(
                        Kinds.WAYPOINT + "/" + kind + "Affected",
                        Reasons.ACCEPTED,
                        "affected by " + kind + " " + shown(names),
                        generation)));
        // The API allows no more; what is left out are the kinds that come last.
        return all.subList(0, Math.min(all.size(), MOST_CONDITIONS));
    }

    private static String shown(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
        return names.size() <= MOST_NAMES ? shown : shown + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
