package dev.waypoint.gatewayapi;

import dev.waypoint.api.BackendTlsPolicy;
import dev.waypoint.api.Kind;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.PolicyTarget;
import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.gatewayapi.ObjectStatus.AncestorStatus;
import dev.waypoint.gatewayapi.ObjectStatus.PolicyStatus;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Statuses of policies: one entry for each ancestor of their targets, and one for each target that is not there. */
final class PolicyStatuses {

    private static final Set<Kind<?>> OWN_TARGETS =
            Set.of(Kinds.GATEWAY, Kinds.LISTENER_SET, Kinds.SERVICE, Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE);
    private static final Set<Kind<?>> TLS_TARGETS = Set.of(Kinds.SERVICE);
    private static final int MAX_ANCESTORS = 16;

    private final Translator memory;
    private final ObjectIndex index;
    private final Usage usage;
    private final String controllerName;

    PolicyStatuses(Translator memory, ObjectIndex index, Usage usage) {
        this.memory = memory;
        this.index = index;
        this.usage = usage;
        this.controllerName = memory.settings.controllerName();
    }

    /** The status of one policy with all that is wrong with it. */
    record Judged(PolicyStatus status, List<Problem> problems) {}

    /** A policy that stands for a filter. */
    Judged ofFilter(Resource<?> policy) {
        List<Problem> problems = problems(policy, view -> memory.policies.problems(policy, view));
        return judge(policy, OWN_TARGETS, problems, Exclusions.problems(policy, index));
    }

    Judged ofTraffic(Resource<TrafficPolicy> policy) {
        List<Problem> unused = new ArrayList<>(IneffectiveFields.of(policy, target -> isMeshService(target)));
        unused.addAll(overridden(policy));
        return judge(
                policy,
                OWN_TARGETS,
                problems(policy, view -> TrafficPolicies.problems(policy, memory.compiler, view)),
                unused);
    }

    /** Whether requests come in addressed to a Service itself. */
    private boolean isMeshService(ResourceRef service) {
        return usage.of(service).contains(service);
    }

    /** TLS towards backends: a younger policy for the same target loses. */
    Judged ofTls(Resource<BackendTlsPolicy> policy) {
        List<Problem> problems = new ArrayList<>();
        if (policy.spec().targetRefs().stream().noneMatch(target -> wins(policy, target))) {
            problems.add(
                    new Problem(Reasons.CONFLICTED, "spec.targetRefs", "", "an older policy has the same targets"));
        }
        List<Problem> own = problems(policy, view -> BackendTls.problems(view, policy));
        own.stream().filter(PolicyStatuses::isFatal).forEach(problems::add);
        own.stream().filter(problem -> !isFatal(problem)).forEach(problems::add);
        return judge(policy, TLS_TARGETS, problems, List.of());
    }

    /** What is wrong with a policy in itself, which takes a look at all that it says. */
    private List<Problem> problems(Resource<?> policy, Function<View, List<Problem>> find) {
        return memory.policyProblems.get(policy.ref(), List.of(policy), index, find);
    }

    private static boolean isFatal(Problem problem) {
        return switch (problem.reason()) {
            case Reasons.NO_VALID_CA_CERTIFICATE, Reasons.INVALID, Reasons.CONFLICTED -> true;
            default -> false;
        };
    }

    private boolean wins(Resource<BackendTlsPolicy> policy, PolicyTarget target) {
        return index.policies(Kinds.BACKEND_TLS_POLICY, Target.of(policy.namespace(), target)).stream()
                .findFirst()
                .filter(first -> first.ref().equals(policy.ref()))
                .isPresent();
    }

    private Judged judge(Resource<?> policy, Set<Kind<?>> allowed, List<Problem> problems, List<Problem> overridden) {
        List<Problem> all = new ArrayList<>(problems);
        Map<ResourceRef, List<Condition>> ancestors = new TreeMap<>();
        List<PolicyTarget> targets = ObjectIndex.targetRefs(policy);
        for (int i = 0; i < targets.size(); i++) {
            Target target = Target.of(policy.namespace(), targets.get(i));
            Optional<Problem> missing = Targets.problem(index, target, allowed, "spec.targetRefs[" + i + "]");
            missing.ifPresent(problem -> {
                all.add(problem);
                ancestors.put(target.object(), conditions(policy, List.of(problem), List.of()));
            });
            if (missing.isEmpty()) {
                usage.of(target.object())
                        .forEach(ancestor -> ancestors.put(ancestor, conditions(policy, problems, overridden)));
            }
        }
        index.targets(policy).stream()
                .skip(targets.size())
                .forEach(selected -> usage.of(selected.object())
                        .forEach(ancestor -> ancestors.put(ancestor, conditions(policy, problems, overridden))));
        usage.of(policy.ref()).forEach(ancestor -> ancestors.put(ancestor, conditions(policy, problems, overridden)));
        all.addAll(overridden);
        return new Judged(
                new PolicyStatus(ancestors.entrySet().stream()
                        .limit(MAX_ANCESTORS)
                        .map(entry -> new AncestorStatus(Usage.ref(entry.getKey()), controllerName, entry.getValue()))
                        .toList()),
                all);
    }

    private static List<Condition> conditions(Resource<?> policy, List<Problem> problems, List<Problem> overridden) {
        long generation = policy.meta().generation();
        boolean tls = policy.kind().equals(Kinds.BACKEND_TLS_POLICY);
        Optional<Problem> fatal = problems.stream()
                .filter(problem -> !tls || isFatal(problem) || problem.reason().equals(Reasons.TARGET_NOT_FOUND))
                .findFirst();
        List<Condition> conditions = new ArrayList<>();
        conditions.add(fatal.map(one -> Condition.no(Reasons.ACCEPTED, one.reason(), one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.ACCEPTED, generation)));
        if (tls) {
            conditions.add(problems.stream()
                    .filter(problem -> !isFatal(problem) && !problem.reason().equals(Reasons.TARGET_NOT_FOUND))
                    .findFirst()
                    .map(one -> Condition.no(Reasons.RESOLVED_REFS, one.reason(), one.message(), generation))
                    .orElseGet(() -> Condition.yes(Reasons.RESOLVED_REFS, generation)));
            return conditions;
        }
        conditions.add(fatal.map(one -> Condition.no(Reasons.PROGRAMMED, Reasons.INVALID, one.message(), generation))
                .orElseGet(() -> programmed(overridden, generation)));
        return conditions;
    }

    private static Condition programmed(List<Problem> overridden, long generation) {
        return overridden.stream()
                .findFirst()
                .map(one -> Condition.yes(Reasons.PROGRAMMED, Reasons.PARTIALLY_PROGRAMMED, one.message(), generation))
                .orElseGet(() -> Condition.yes(Reasons.PROGRAMMED, generation));
    }

    private static final Map<String, Function<TrafficPolicy, Optional<?>>> FIELDS = new TreeMap<>(Map.of(
            "headerRouting", TrafficPolicy::headerRouting,
            "transform", TrafficPolicy::transform,
            "timeouts.idle", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::idle),
            "timeouts.connect", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::connect),
            "timeouts.maxStream", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::maxStream),
            "retries", TrafficPolicy::retries,
            "retryBudget", TrafficPolicy::retryBudget,
            "connection", TrafficPolicy::connection,
            "outlier", TrafficPolicy::outlier,
            "loadBalancing", TrafficPolicy::loadBalancing));

    /** The fields that an older policy of the same target sets too. */
    private List<Problem> overridden(Resource<TrafficPolicy> policy) {
        List<Problem> problems = new ArrayList<>();
        for (PolicyTarget ref : policy.spec().targetRefs()) {
            Target target = Target.of(policy.namespace(), ref);
            for (Resource<TrafficPolicy> other : index.policies(Kinds.TRAFFIC_POLICY, target)) {
                if (other.ref().equals(policy.ref())) {
                    break;
                }
                FIELDS.forEach((name, field) -> {
                    if (field.apply(policy.spec()).isPresent()
                            && field.apply(other.spec()).isPresent()) {
                        problems.add(new Problem(
                                Reasons.OVERRIDDEN,
                                "spec." + name,
                                "",
                                "the older " + other.ref() + " sets it for " + target + " too, and wins"));
                    }
                });
            }
        }
        return problems;
    }
}
