package dev.waypoint.gatewayapi;

import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.api.TrafficPolicy.HeaderRouting;
import dev.waypoint.api.TrafficPolicy.HeaderValue;
import dev.waypoint.api.TrafficPolicy.NoMatch;
import dev.waypoint.api.TrafficPolicy.Strategy;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.ir.ActionIr.WeightedIr;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.HeaderRoutingIr;
import dev.waypoint.ir.RetryIr;
import dev.waypoint.source.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Merges TrafficPolicies field by field. */
final class TrafficPolicies {

    private static final Duration DEFAULT_BACKOFF = Duration.ofMillis(25);
    private static final int MAX_BACKOFF_FACTOR = 10;

    private TrafficPolicies() {}

    /** The value of a field and the policy that it comes from. */
    record Effective<V>(V value, Resource<TrafficPolicy> policy) {}

    /**
     * The value that counts: of the widest level that overrides, else of the narrowest level; of several policies of one level
     * the oldest.
     *
     * @param layers the policies, the widest level first, and the oldest of a level first
     */
    static <V> Optional<Effective<V>> effective(List<TrafficLayer> layers, Function<TrafficPolicy, Optional<V>> field) {
        Optional<TrafficLayer> best = Optional.empty();
        for (TrafficLayer layer : layers) {
            if (field.apply(layer.policy().spec()).isPresent()) {
                if (layer.policy().spec().strategy() == Strategy.OVERRIDE) {
                    boolean sameLevelOlder =
                            best.isPresent() && best.get().level() == layer.level() && !overrides(best.get());
                    return value(sameLevelOlder ? best.get() : layer, field);
                }
                if (best.isEmpty() || best.get().level() != layer.level()) {
                    best = Optional.of(layer);
                }
            }
        }
        return best.flatMap(layer -> value(layer, field));
    }

    private static boolean overrides(TrafficLayer layer) {
        return layer.policy().spec().strategy() == Strategy.OVERRIDE;
    }

    private static <V> Optional<Effective<V>> value(TrafficLayer layer, Function<TrafficPolicy, Optional<V>> field) {
        return field.apply(layer.policy().spec()).map(value -> new Effective<>(value, layer.policy()));
    }

    /** Adds the backends that header routing of these policies may use. */
    static void addBackends(List<TrafficLayer> layers, View view, Set<BackendId> backends) {
        for (TrafficLayer layer : layers) {
            layer.policy()
                    .spec()
                    .headerRouting()
                    .ifPresent(routing -> headerRouting(new Effective<>(routing, layer.policy()), view)
                            .values()
                            .values()
                            .forEach(weighted -> weighted.backend().ifPresent(backends::add)));
        }
    }

    /** What is wrong with the references of a policy. */
    static List<Problem> problems(Resource<TrafficPolicy> policy, FilterCompiler compiler, View view) {
        List<Problem> problems = new ArrayList<>();
        policy.spec()
                .transform()
                .ifPresent(config -> problems.addAll(compiler.compile(
                                new FilterCompiler.Wanted(
                                        RuleAssembly.TRANSFORM,
                                        config,
                                        "spec.transform",
                                        policy.ref(),
                                        "",
                                        Enforcement.enforced()),
                                view)
                        .problems()));
        policy.spec().headerRouting().ifPresent(routing -> {
            BackendRefs refs = new BackendRefs(view, policy.ref(), false);
            for (int i = 0; i < routing.values().size(); i++) {
                String path = "spec.headerRouting.values[" + i + "]";
                HeaderValue value = routing.values().get(i);
                value.backendRef()
                        .flatMap(ref -> refs.resolve(ref, path + ".backendRef").problem())
                        .ifPresent(problems::add);
                if (value.backendRef().isEmpty() && value.subset().isEmpty()) {
                    problems.add(new Problem(Reasons.INVALID, path, "", "expected a backendRef, a subset, or both"));
                }
            }
        });
        return problems;
    }

    /** Header routing as the policy asks. A backend that cannot be found fails the requests with that value. */
    static HeaderRoutingIr headerRouting(Effective<HeaderRouting> routing, View view) {
        BackendRefs refs = new BackendRefs(view, routing.policy().ref(), false);
        Map<String, WeightedIr> values = new HashMap<>();
        for (HeaderValue value : routing.value().values()) {
            Optional<BackendRefs.Resolved> resolved =
                    value.backendRef().map(ref -> refs.resolve(ref, "spec.headerRouting.values.backendRef"));
            String problem = resolved.flatMap(BackendRefs.Resolved::problem)
                    .map(one -> routing.policy().ref() + ": " + one.message())
                    .orElse("");
            values.putIfAbsent(
                    value.value(),
                    new WeightedIr(resolved.flatMap(BackendRefs.Resolved::id), problem, 1, List.of(), value.subset()));
        }
        return new HeaderRoutingIr(
                routing.value().header().toLowerCase(Locale.ROOT),
                values,
                routing.value().onNoMatch() == NoMatch.REJECT);
    }

    /** Retries as the policy asks. */
    static RetryIr retry(TrafficPolicy.Retries retries) {
        Set<RetryIr.Condition> conditions = new HashSet<>();
        retries.conditions()
                .forEach(condition -> conditions.add(
                        switch (condition) {
                            case CONNECT_FAILURE -> RetryIr.Condition.CONNECT_FAILURE;
                            case REFUSED -> RetryIr.Condition.REFUSED;
                            case RESET -> RetryIr.Condition.RESET;
                            case ATTEMPT_TIMEOUT -> RetryIr.Condition.ATTEMPT_TIMEOUT;
                        }));
        Duration backoff = retries.backoff().orElse(DEFAULT_BACKOFF);
        return new RetryIr(
                retries.attempts(),
                Set.copyOf(retries.codes()),
                Set.copyOf(retries.grpcCodes()),
                conditions,
                backoff,
                backoff.multipliedBy(MAX_BACKOFF_FACTOR),
                retries.maxBodyBytes().orElse(RuleParts.MAX_RETRY_BODY_BYTES));
    }
}
