package dev.waypoint.gatewayapi;

import dev.waypoint.api.Gateway;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.Listener;
import dev.waypoint.api.Listener.RouteKind;
import dev.waypoint.api.ParentRef;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Decides which listeners take a route, and for which hosts. */
final class Attachment {

    private final Map<ResourceRef, GatewayPlan> owners = new HashMap<>();
    private final List<GatewayPlan> plans;

    Attachment(List<GatewayPlan> plans) {
        this.plans = plans;
        for (GatewayPlan plan : plans) {
            owners.put(plan.gateway().ref(), plan);
            plan.sets().forEach(set -> owners.put(set.ref(), plan));
        }
    }

    /**
     * What became of one parentRef.
     *
     * @param ref the reference as the route writes it
     * @param plan the Gateway
     * @param refusal why no listener takes the route
     * @param taken the listeners that take it
     */
    record Outcome(ParentRef ref, GatewayPlan plan, Optional<Problem> refusal, List<Taken> taken) {}

    /**
     * A listener that takes a route.
     *
     * @param hosts each host name that is served, with the name that the route writes for it
     */
    record Taken(ListenerState listener, Map<String, String> hosts) {}

    /** Whether these are the very same Gateways with the very same listeners. */
    boolean isOf(List<GatewayPlan> others) {
        return Remembered.same(plans, others);
    }

    /** The outcomes for all parents of a route that are Gateways and ListenerSets of ours. */
    List<Outcome> attach(Resource<?> route, RouteDraft.Head head, View view) {
        List<Outcome> outcomes = new ArrayList<>();
        List<ParentRef> refs = head.parentRefs();
        for (int i = 0; i < refs.size(); i++) {
            Optional<Owner> owner = owner(route, refs.get(i));
            if (owner.isPresent()) {
                outcomes.add(attach(route, head, refs.get(i), owner.get(), "spec.parentRefs[" + i + "]", view));
            }
        }
        if (head.useDefaultGateways() == Gateway.Scope.ALL) {
            outcomes.addAll(defaults(route, head, view));
        }
        return outcomes;
    }

    /** Whether a parentRef names a Gateway or ListenerSet, ours or not. */
    static boolean isGatewayLike(ParentRef ref) {
        return ref.group().equals(Kinds.GATEWAY_API)
                && (ref.kind().equals("Gateway") || ref.kind().equals("ListenerSet"));
    }

    /** The object that a parentRef names. */
    static ResourceRef named(Resource<?> route, ParentRef ref) {
        return new ResourceRef(ref.group(), ref.kind(), ref.namespace().orElse(route.namespace()), ref.name());
    }

    private record Owner(ResourceRef ref, GatewayPlan plan) {}

    private Optional<Owner> owner(Resource<?> route, ParentRef ref) {
        if (!isGatewayLike(ref)) {
            return Optional.empty();
        }
        ResourceRef named = named(route, ref);
        return Optional.ofNullable(owners.get(named)).map(plan -> new Owner(named, plan));
    }

    private List<Outcome> defaults(Resource<?> route, RouteDraft.Head head, View view) {
        return plans.stream()
                .filter(plan -> plan.gateway().spec().defaultScope() == Gateway.Scope.ALL)
                .filter(plan -> head.parentRefs().stream()
                        .noneMatch(
                                ref -> named(route, ref).equals(plan.gateway().ref())))
                .map(plan -> {
                    Resource<Gateway> gateway = plan.gateway();
                    ParentRef ref = new ParentRef(
                            Kinds.GATEWAY_API,
                            "Gateway",
                            Optional.of(gateway.namespace()),
                            gateway.name(),
                            Optional.empty(),
                            Optional.empty());
                    return attach(route, head, ref, new Owner(gateway.ref(), plan), "spec.useDefaultGateways", view);
                })
                .toList();
    }

    private Outcome attach(
            Resource<?> route, RouteDraft.Head head, ParentRef ref, Owner owner, String path, View view) {
        List<ListenerState> named = named(ref, owner);
        if (named.isEmpty()) {
            return refused(
                    ref,
                    owner,
                    Reasons.NO_MATCHING_PARENT,
                    path,
                    "expected a listener of " + owner.ref()
                            + ref.sectionName().map(name -> " named " + name).orElse("")
                            + ref.port().map(port -> " on port " + port).orElse(""));
        }
        List<ListenerState> allowing =
                named.stream().filter(listener -> allows(listener, route, view)).toList();
        if (allowing.isEmpty()) {
            return refused(
                    ref,
                    owner,
                    Reasons.NOT_ALLOWED_BY_LISTENERS,
                    path,
                    "no listener of " + owner.ref() + " allows " + route.kind() + " of namespace " + route.namespace());
        }
        List<Taken> taken = allowing.stream()
                .map(listener -> new Taken(listener, hosts(listener, head.hostnames())))
                .filter(one -> !one.hosts().isEmpty())
                .toList();
        if (taken.isEmpty()) {
            return refused(
                    ref,
                    owner,
                    Reasons.NO_MATCHING_LISTENER_HOSTNAME,
                    "spec.hostnames",
                    "none of " + head.hostnames() + " is served by a listener of " + owner.ref());
        }
        return new Outcome(ref, owner.plan(), Optional.empty(), taken);
    }

    /** The listeners that a reference means, by name, by port, or all. */
    private static List<ListenerState> named(ParentRef ref, Owner owner) {
        return owner.plan().listeners().stream()
                .filter(listener -> listener.owner().ref().equals(owner.ref()))
                .filter(listener ->
                        ref.sectionName().map(listener.spec().name()::equals).orElse(true))
                .filter(listener ->
                        ref.port().map(port -> port == listener.spec().port()).orElse(true))
                .toList();
    }

    private static Outcome refused(ParentRef ref, Owner owner, String reason, String path, String expectation) {
        return new Outcome(ref, owner.plan(), Optional.of(new Problem(reason, path, "", expectation)), List.of());
    }

    private static boolean allows(ListenerState listener, Resource<?> route, View view) {
        RouteKind kind = new RouteKind(route.kind().group(), route.kind().name());
        Listener.RouteNamespaces namespaces = listener.spec().allowedRoutes().namespaces();
        return listener.supportedKinds().contains(kind)
                && Gateways.fromNamespace(
                        view,
                        namespaces.from(),
                        namespaces.selector(),
                        listener.owner().namespace(),
                        route.namespace());
    }

    private static Map<String, String> hosts(ListenerState listener, List<String> hostnames) {
        Map<String, String> hosts = new LinkedHashMap<>();
        for (String hostname : hostnames.isEmpty() ? List.of("") : hostnames) {
            Hostnames.intersect(listener.hostname(), hostname)
                    .ifPresent(host -> hosts.merge(
                            host.isEmpty() ? Hostnames.ANY : host,
                            hostname.toLowerCase(Locale.ROOT),
                            (one, other) -> one.length() >= other.length() ? one : other));
        }
        return hosts;
    }
}
