package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.PolicyTarget;
import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.api.TrafficPolicy.Algorithm;
import dev.waypoint.api.TrafficPolicy.HashKey;
import dev.waypoint.api.TrafficPolicy.HashSource;
import dev.waypoint.api.TrafficPolicy.LoadBalancing;
import dev.waypoint.config.DurationText;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds the fields of a TrafficPolicy that are obeyed nowhere: they are right in themselves, but nothing comes of them. */
final class IneffectiveFields {

    /** Say how a Service is used, and are read where a backend is made. */
    private static final Map<String, Function<TrafficPolicy, Optional<?>>> OF_SERVICES = new TreeMap<>(Map.of(
            "timeouts.connect", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::connect),
            "retryBudget", TrafficPolicy::retryBudget,
            "connection", TrafficPolicy::connection,
            "outlier", TrafficPolicy::outlier,
            "healthCheck", TrafficPolicy::healthCheck,
            "loadBalancing", TrafficPolicy::loadBalancing));

    /** Say what happens to a request, and are read where a rule is made. */
    private static final Map<String, Function<TrafficPolicy, Optional<?>>> OF_RULES = new TreeMap<>(Map.of(
            "headerRouting", TrafficPolicy::headerRouting,
            "transform", TrafficPolicy::transform,
            "timeouts.idle", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::idle),
            "timeouts.maxStream", policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::maxStream),
            "retries", TrafficPolicy::retries));

    private final TrafficPolicy spec;
    private final List<Problem> problems = new ArrayList<>();

    private IneffectiveFields(TrafficPolicy spec) {
        this.spec = spec;
    }

    /**
     * The fields without effect.
     *
     * @param isMeshService whether requests come in addressed to a Service itself, so that it has rules
     */
    static List<Problem> of(Resource<TrafficPolicy> policy, Predicate<ResourceRef> isMeshService) {
        IneffectiveFields fields = new IneffectiveFields(policy.spec());
        List<PolicyTarget> targets = policy.spec().targetRefs();
        for (int i = 0; i < targets.size(); i++) {
            fields.target(Target.of(policy.namespace(), targets.get(i)), isMeshService);
        }
        policy.spec().loadBalancing().ifPresent(fields::balancing);
        return fields.problems;
    }

    private void target(Target target, Predicate<ResourceRef> isMeshService) {
        String kind = target.object().kind();
        if (kind.equals(Kinds.SERVICE.name())) {
            if (!isMeshService.test(target.object())) {
                unused(OF_RULES, target, "target the route or the Gateway: a Service has no rules of its own here");
            }
        } else if (!kind.equals(Kinds.GATEWAY.name()) || !target.section().isEmpty()) {
            unused(OF_SERVICES, target, "target the Service, or all of the Gateway");
        }
    }

    private void unused(Map<String, Function<TrafficPolicy, Optional<?>>> fields, Target target, String remedy) {
        fields.forEach((name, field) -> {
            if (field.apply(spec).isPresent()) {
                add("spec." + name, "", "has no effect for " + target + "; " + remedy);
            }
        });
    }

    private void balancing(LoadBalancing balancing) {
        String path = "spec.loadBalancing";
        if (balancing.algorithm() != Algorithm.CONSISTENT_HASH
                && !balancing.hashOn().isEmpty()) {
            add(path + ".hashOn", "", "has no effect unless algorithm is ConsistentHash");
            return;
        }
        for (int i = 0; i < balancing.hashOn().size(); i++) {
            hashKey(balancing.hashOn().get(i), path + ".hashOn[" + i + "]");
        }
    }

    private void hashKey(HashKey key, String path) {
        if (key.type() != HashSource.COOKIE) {
            key.lifetime()
                    .ifPresent(lifetime ->
                            add(path + ".lifetime", DurationText.print(lifetime), "has no effect but for Cookie"));
            key.path().ifPresent(cookie -> add(path + ".path", cookie, "has no effect but for Cookie"));
        } else if (key.lifetime().isEmpty()) {
            key.path()
                    .ifPresent(cookie ->
                            add(path + ".path", cookie, "has no effect without lifetime: no cookie is made then"));
        }
    }

    private void add(String path, String value, String message) {
        problems.add(new Problem(Reasons.OVERRIDDEN, path, value, message));
    }
}
