package dev.waypoint.gatewayapi;

import dev.waypoint.api.GrpcRoute;
import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ParentRef;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.ParentStatus;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Works out what one route comes to at its Gateways, and remembers it with the steps on the way. */
final class RouteMemory {

    private final Translator memory;
    private final Remembered<RouteOutcome> outcome;
    private final Remembered<RouteDraft> draft;
    private final Memo<ListenerState.Key, AttachedRoute> attached;

    RouteMemory(Translator memory) {
        this.memory = memory;
        this.outcome = new Remembered<>();
        this.draft = new Remembered<>(memory.routesComputed);
        this.attached = new Memo<>(memory.routesComputed);
    }

    /** What it came to when it was last asked. */
    Optional<RouteOutcome> last() {
        return outcome.last();
    }

    /** The kinds of objects that it depends on, beside the Gateways that {@link Attachment} knows. */
    Set<Kind<?>> kinds() {
        return outcome.kinds();
    }

    /** What the route comes to; the same object as before if nothing changed that it depends on. */
    RouteOutcome get(Resource<?> route, Attachment attachment, View view) {
        return outcome.get(List.of(route, attachment), view, noted -> {
            attached.begin();
            return compute(route, attachment, noted);
        });
    }

    private RouteOutcome compute(Resource<?> route, Attachment attachment, View view) {
        RouteDraft made = draft.get(List.of(route), view, noted -> draft(route, noted, memory.compiler, false));
        Optional<Problem> refusal = RouteStatuses.refusal(made);
        List<ParentStatus> parents = new ArrayList<>();
        Map<ListenerState.Key, RouteOutcome.Place> places = new LinkedHashMap<>();
        Set<Finding> findings = new LinkedHashSet<>();
        List<Attachment.Outcome> outcomes = attachment.attach(route, made.head(), view);
        for (Attachment.Outcome one : outcomes) {
            parents.add(RouteStatuses.of(made, one.ref(), one.refusal(), memory.settings.controllerName()));
            one.refusal().ifPresent(problem -> findings.add(problem.finding(route)));
            if (refusal.isEmpty()) {
                one.taken()
                        .forEach(taken -> places.computeIfAbsent(
                                taken.listener().key(), key -> place(made, one.plan(), taken, view)));
            }
        }
        if (!outcomes.isEmpty()) {
            made.report(findings);
        }
        unknownParents(made, outcomes, findings);
        return new RouteOutcome(
                route,
                route.ref(),
                parents,
                List.copyOf(places.values()),
                List.copyOf(findings),
                made.head().namesServices());
    }

    /** A route as far as it does not depend on where it is attached. The kind of a resource says what its specification is. */
    @SuppressWarnings("unchecked")
    static RouteDraft draft(Resource<?> route, View view, FilterCompiler compiler, boolean mesh) {
        return route.kind().equals(Kinds.HTTP_ROUTE)
                ? HttpRoutes.draft((Resource<HttpRoute>) route, view, compiler, mesh)
                : GrpcRoutes.draft((Resource<GrpcRoute>) route, view, compiler, mesh);
    }

    private RouteOutcome.Place place(RouteDraft made, GatewayPlan plan, Attachment.Taken taken, View view) {
        ListenerState listener = taken.listener();
        ListenerLevel level = memory.level(listener, view);
        AttachedRoute route = attached.get(
                listener.key(),
                List.of(made, level),
                view,
                noted -> AttachedRoute.of(made, new RuleAssembly(level, memory.compiler, noted)));
        ResourceRef gateway = plan.gateway().ref();
        return new RouteOutcome.Place(
                listener.key(),
                gateway,
                new HostTables.Member(made.route().ref(), route, taken.hosts(), made.usedFilters()));
    }

    /** Without a cluster nobody else will say so. */
    private void unknownParents(RouteDraft made, List<Attachment.Outcome> outcomes, Set<Finding> findings) {
        if (memory.settings.impliedClass().isEmpty()) {
            return;
        }
        Resource<?> route = made.route();
        List<ParentRef> refs = made.head().parentRefs();
        for (int i = 0; i < refs.size(); i++) {
            ParentRef ref = refs.get(i);
            boolean known = MeshRoutes.isService(ref)
                    || outcomes.stream().anyMatch(outcome -> outcome.ref().equals(ref));
            if (!known) {
                findings.add(Problem.located(
                        Finding.warning(
                                route.ref(),
                                "spec.parentRefs[" + i + "]",
                                Attachment.named(route, ref).toString(),
                                "there is no such Gateway or ListenerSet of ours"),
                        route));
            }
        }
    }
}
