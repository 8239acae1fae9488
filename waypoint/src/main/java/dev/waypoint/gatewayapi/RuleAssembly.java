package dev.waypoint.gatewayapi;

import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.gatewayapi.RouteDraft.RuleDraft;
import dev.waypoint.gatewayapi.TrafficPolicies.Effective;
import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.ActionIr.MirrorIr;
import dev.waypoint.ir.ActionIr.WeightedIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.ir.ResolvedIr;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.ir.TimeoutsIr;
import dev.waypoint.source.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Puts a rule together with what its listener adds. */
final class RuleAssembly {

    /** The filter that does the transformations of a TrafficPolicy. */
    static final String TRANSFORM = "transform";

    private final ListenerLevel level;
    private final FilterCompiler compiler;
    private final View view;

    RuleAssembly(ListenerLevel level, FilterCompiler compiler, View view) {
        this.level = level;
        this.compiler = compiler;
        this.view = view;
    }

    /** A rule, ready to run, with the backends that it may use. */
    record Assembled(RuleIr rule, Set<BackendId> backends) {}

    Assembled assemble(Resource<?> route, RuleDraft draft) {
        List<TrafficLayer> traffic = new ArrayList<>(level.traffic());
        traffic.addAll(draft.traffic());
        List<ChainFilter> all = new ArrayList<>(level.filters());
        all.addAll(draft.filters());
        transform(traffic, route, draft).ifPresent(all::add);
        all.sort(ChainFilter.ORDER);
        List<ChainFilter> chain = ExtProcPolicies.withoutDisabled(all);
        Optional<HeaderRoutingIr> headerRouting = TrafficPolicies.effective(traffic, TrafficPolicy::headerRouting)
                .map(routing -> TrafficPolicies.headerRouting(routing, view))
                .map(this::inVariant);
        ActionIr action = ListenerLevel.broken(level.preRouting())
                .or(() -> ListenerLevel.broken(chain))
                .<ActionIr>map(ActionIr.Broken::new)
                .orElseGet(() -> inVariant(draft.action()));
        JoinedFilters.Joined joined = new JoinedFilters(
                        compiler.catalog(), route.ref().toString(), draft.name())
                .join(chain, action, headerRouting.isPresent());
        RuleIr rule = new RuleIr(
                route.ref(),
                draft.name(),
                joined.filters(),
                joined.action(),
                timeouts(traffic, draft),
                draft.retry()
                        .or(() -> TrafficPolicies.effective(traffic, TrafficPolicy::retries)
                                .map(found -> TrafficPolicies.retry(found.value()))),
                draft.persistence(),
                headerRouting,
                draft.upgrades());
        return new Assembled(rule, backends(draft, chain, headerRouting));
    }

    private Set<BackendId> backends(RuleDraft draft, List<ChainFilter> chain, Optional<HeaderRoutingIr> headerRouting) {
        Set<BackendId> backends = new HashSet<>();
        draft.backends().forEach(id -> backends.add(inVariant(id)));
        chain.forEach(filter -> backends.addAll(filter.backends()));
        headerRouting.ifPresent(routing ->
                routing.values().values().forEach(value -> value.backend().ifPresent(backends::add)));
        // Filters of single backends call theirs in the plain way.
        draft.backends().stream()
                .filter(id -> !level.variant().isEmpty() && calledByFilter(draft, id))
                .forEach(backends::add);
        return backends;
    }

    private static boolean calledByFilter(RuleDraft draft, BackendId id) {
        return draft.action() instanceof ActionIr.Forward forward
                && forward.backends().stream()
                        .flatMap(weighted -> weighted.filters().stream())
                        .anyMatch(filter -> filter.references().containsValue(new ResolvedIr.Backend(id)));
    }

    private TimeoutsIr timeouts(List<TrafficLayer> traffic, RuleDraft draft) {
        return new TimeoutsIr(
                draft.timeouts()
                        .request()
                        .orElseGet(
                                () -> time(traffic, TrafficPolicy.Timeouts::maxStream, TimeoutsIr.DEFAULT.request())),
                draft.timeouts().attempt().orElse(TimeoutsIr.DEFAULT.attempt()),
                time(traffic, TrafficPolicy.Timeouts::idle, TimeoutsIr.DEFAULT.idle()));
    }

    private static Duration time(
            List<TrafficLayer> traffic, Function<TrafficPolicy.Timeouts, Optional<Duration>> field, Duration usual) {
        return TrafficPolicies.effective(traffic, policy -> policy.timeouts().flatMap(field))
                .map(Effective::value)
                .orElse(usual);
    }

    private Optional<ChainFilter> transform(List<TrafficLayer> traffic, Resource<?> route, RuleDraft draft) {
        return TrafficPolicies.effective(traffic, TrafficPolicy::transform).map(found -> {
            FilterCompiler.Compiled compiled = compiler.compile(
                    new FilterCompiler.Wanted(
                            TRANSFORM,
                            found.value(),
                            "spec.transform",
                            found.policy().ref(),
                            new Target(route.ref(), draft.name()).toString(),
                            Enforcement.enforced()),
                    view);
            String problem = compiled.problems().isEmpty()
                    ? ""
                    : found.policy().ref() + ": "
                            + compiled.problems().getFirst().message();
            return new ChainFilter(
                    compiled.filter(),
                    problem,
                    compiled.placement(),
                    Level.RULE,
                    0,
                    found.policy(),
                    0,
                    compiled.backends());
        });
    }

    private ActionIr inVariant(ActionIr action) {
        if (level.variant().isEmpty() || !(action instanceof ActionIr.Forward forward)) {
            return action;
        }
        return new ActionIr.Forward(
                forward.backends().stream().map(this::inVariant).toList(),
                forward.mirrors().stream()
                        .map(mirror ->
                                new MirrorIr(inVariant(mirror.backend()), mirror.numerator(), mirror.denominator()))
                        .toList());
    }

    private HeaderRoutingIr inVariant(HeaderRoutingIr routing) {
        Map<String, WeightedIr> values = new HashMap<>();
        routing.values().forEach((value, weighted) -> values.put(value, inVariant(weighted)));
        return new HeaderRoutingIr(routing.header(), values, routing.rejectUnknown());
    }

    private WeightedIr inVariant(WeightedIr weighted) {
        return new WeightedIr(
                weighted.backend().map(this::inVariant),
                weighted.problem(),
                weighted.weight(),
                weighted.filters(),
                weighted.subset());
    }

    private BackendId inVariant(BackendId id) {
        return new BackendId(id.namespace(), id.service(), id.port(), level.variant());
    }
}
