package dev.waypoint.plan;

import dev.waypoint.ir.ActionIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.RuleIr;
import dev.waypoint.plan.CompiledAction.WeightedTarget;
import dev.waypoint.upstream.Backend;
import dev.waypoint.upstream.SessionTokens;
import dev.waypoint.upstream.StickySessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Compiles rules against the backends and filters of one compilation. */
final class RuleCompiler {

    private final Map<BackendId, Backend> backends;
    private final SnapshotCompiler.Entries entries;
    private final Function<FilterInstances.UnusableFilter, String> problem;
    private final SessionTokens tokens;

    RuleCompiler(
            Map<BackendId, Backend> backends,
            SnapshotCompiler.Entries entries,
            Function<FilterInstances.UnusableFilter, String> problem,
            SessionTokens tokens) {
        this.backends = backends;
        this.entries = entries;
        this.problem = problem;
        this.tokens = tokens;
    }

    static CompiledRule broken(RuleIr rule, String message) {
        return new CompiledRule(
                rule, CompiledChain.EMPTY, new CompiledAction.Broken(message), Optional.empty(), Optional.empty());
    }

    CompiledRule compile(RuleIr rule, CompiledChain preRouting) {
        try {
            CompiledChain chain = preRouting.followedBy(entries.of(rule.filters()));
            return new CompiledRule(rule, chain, action(rule.action()), headerRouting(rule), sessions(rule));
        } catch (FilterInstances.UnusableFilter unusable) {
            return broken(rule, problem.apply(unusable));
        }
    }

    private Optional<StickySessions> sessions(RuleIr rule) {
        return rule.persistence()
                .map(settings -> new StickySessions(settings, rule.route() + "/" + rule.name(), tokens));
    }

    private CompiledAction action(ActionIr action) throws FilterInstances.UnusableFilter {
        return switch (action) {
            case ActionIr.Forward forward -> forward(forward);
            case ActionIr.Redirect redirect -> CompiledAction.Redirect.of(redirect);
            case ActionIr.DirectReply reply -> new CompiledAction.DirectReply(reply);
            case ActionIr.NotFound notFound -> new CompiledAction.NotFound();
            case ActionIr.Broken broken -> new CompiledAction.Broken(broken.message());
        };
    }

    private CompiledAction forward(ActionIr.Forward forward) throws FilterInstances.UnusableFilter {
        List<WeightedTarget> targets = new ArrayList<>(forward.backends().size());
        for (ActionIr.WeightedIr weighted : forward.backends()) {
            targets.add(target(weighted));
        }
        List<CompiledAction.Mirror> mirrors = new ArrayList<>();
        for (ActionIr.MirrorIr mirror : forward.mirrors()) {
            Backend backend = backends.get(mirror.backend());
            if (backend != null) {
                mirrors.add(new CompiledAction.Mirror(backend, mirror.numerator(), mirror.denominator()));
            }
        }
        return new CompiledAction.Forward(targets, mirrors);
    }

    private WeightedTarget target(ActionIr.WeightedIr weighted) throws FilterInstances.UnusableFilter {
        Optional<Backend> backend = weighted.backend().map(backends::get);
        String problem = weighted.problem();
        if (weighted.backend().isPresent() && backend.isEmpty()) {
            problem = "the backend " + weighted.backend().get() + " is not part of the configuration";
        }
        return new WeightedTarget(
                backend, problem, weighted.weight(), entries.of(weighted.filters()), weighted.subset());
    }

    private Optional<CompiledRule.HeaderRouting> headerRouting(RuleIr rule) throws FilterInstances.UnusableFilter {
        if (rule.headerRouting().isEmpty()) {
            return Optional.empty();
        }
        Map<String, WeightedTarget> values = new HashMap<>();
        for (var value : rule.headerRouting().get().values().entrySet()) {
            values.put(value.getKey(), target(value.getValue()));
        }
        return Optional.of(new CompiledRule.HeaderRouting(rule.headerRouting().get(), Map.copyOf(values)));
    }

    /** Whether a rule compiled earlier refers to exactly these runtime backends. */
    static boolean usesOnly(CompiledRule rule, Map<BackendId, Backend> backends) {
        if (rule.action() instanceof CompiledAction.Forward forward) {
            for (WeightedTarget target : forward.targets()) {
                if (!isCurrent(target, backends)) {
                    return false;
                }
            }
            for (CompiledAction.Mirror mirror : forward.mirrors()) {
                if (backends.get(mirror.backend().id()) != mirror.backend()) {
                    return false;
                }
            }
        }
        return rule.headerRouting()
                .map(routing -> routing.values().values().stream().allMatch(target -> isCurrent(target, backends)))
                .orElse(true);
    }

    private static boolean isCurrent(WeightedTarget target, Map<BackendId, Backend> backends) {
        return target.backend()
                .map(backend -> backends.get(backend.id()) == backend)
                .orElse(true);
    }
}
