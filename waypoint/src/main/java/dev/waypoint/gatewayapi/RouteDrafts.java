package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendRef;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.RouteFilter;
import dev.waypoint.api.SessionPersistence;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.RouteDraft.RankedMatch;
import dev.waypoint.gatewayapi.RouteDraft.RuleDraft;
import dev.waypoint.gatewayapi.RouteDraft.RuleTimes;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.PersistenceIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Collects the rules of one route of either kind. */
final class RouteDrafts {

    private final View view;
    private final Resource<?> route;
    private final FilterCompiler compiler;
    private final boolean mesh;
    private final List<RuleDraft> rules = new ArrayList<>();
    private final List<Problem> refusals = new ArrayList<>();
    private final List<Problem> dropped = new ArrayList<>();
    private final List<Problem> unresolved = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Set<ResourceRef> usedFilters = new HashSet<>();

    RouteDrafts(View view, Resource<?> route, FilterCompiler compiler, boolean mesh) {
        this.view = view;
        this.route = route;
        this.compiler = compiler;
        this.mesh = mesh;
    }

    /**
     * A rule as both kinds of routes have it.
     *
     * @param matches the valid matches
     * @param prefix what the only match takes, if that is a prefix
     */
    record Rule(
            Optional<String> name,
            List<RankedMatch> matches,
            Optional<String> prefix,
            List<RouteFilter> filters,
            List<BackendRef> backendRefs,
            RuleTimes times,
            Optional<RetryIr> retry,
            Optional<SessionPersistence> persistence,
            boolean upgrades) {}

    /** Notes a match that cannot be taken. */
    void drop(Problem problem) {
        dropped.add(problem);
    }

    void add(int index, Rule rule) {
        String path = "spec.rules[" + index + "]";
        String name = rule.name().orElse(String.valueOf(index));
        RuleBuilder builder = new RuleBuilder(view, route, compiler, mesh, path, name);
        builder.attached(rule.name().isPresent());
        builder.inline(rule.filters(), rule.prefix());
        List<TrafficLayer> traffic = traffic(rule.name());
        TrafficPolicies.addBackends(traffic, view, builder.backends);
        ActionIr action = builder.action(rule.backendRefs(), rule.persistence().isPresent());
        rule.persistence()
                .ifPresent(wanted -> warnings.addAll(RuleParts.problems(wanted, action, path + ".sessionPersistence")));
        builder.filters.forEach(filter -> builder.backends.addAll(filter.backends()));
        if (action instanceof ActionIr.Broken(String message)) {
            warnings.add(new Problem(Reasons.BACKEND_NOT_FOUND, path, "", message));
        }
        refusals.addAll(builder.incompatible);
        dropped.addAll(builder.dropped);
        unresolved.addAll(builder.unresolved);
        usedFilters.addAll(builder.usedFilters);
        rules.add(new RuleDraft(
                index,
                name,
                rule.matches(),
                builder.filters,
                action,
                rule.times(),
                rule.retry(),
                rule.persistence().map(wanted -> persistence(wanted, rule, name)),
                traffic,
                rule.upgrades(),
                new HashSet<BackendId>(builder.backends)));
    }

    private PersistenceIr persistence(SessionPersistence wanted, Rule rule, String name) {
        return RuleParts.persistence(
                wanted, route.ref() + "/" + name, rule.prefix().orElse("/"));
    }

    private List<TrafficLayer> traffic(Optional<String> ruleName) {
        List<TrafficLayer> layers = new ArrayList<>();
        view.policies(Kinds.TRAFFIC_POLICY, Target.of(route.ref()))
                .forEach(policy -> layers.add(new TrafficLayer(Level.ROUTE, policy)));
        ruleName.ifPresent(name -> view.policies(Kinds.TRAFFIC_POLICY, new Target(route.ref(), name))
                .forEach(policy -> layers.add(new TrafficLayer(Level.RULE, policy))));
        return layers;
    }

    RouteDraft build() {
        return new RouteDraft(
                route,
                RouteDraft.Head.of(route),
                rules,
                new RouteDraft.Problems(refusals, dropped, unresolved, warnings),
                usedFilters);
    }
}
