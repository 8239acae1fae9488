package dev.waypoint.gatewayapi;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.RateLimitPolicy;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What becomes of the limits that a RateLimitPolicy wants not to count at its targets. */
final class Exclusions {

    private Exclusions() {}

    /** The entries without effect. A limit that goes on counting is safe, so they do not make the policy invalid. */
    static List<Problem> problems(Resource<?> policy, ObjectIndex index) {
        if (!(policy.spec() instanceof RateLimitPolicy spec)) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < spec.exclude().size(); i++) {
            String path = "spec.exclude[" + i + "]";
            String entry = spec.exclude().get(i);
            problem(entry, index).ifPresent(text -> problems.add(new Problem(Reasons.OVERRIDDEN, path, entry, text)));
        }
        return problems;
    }

    private static Optional<String> problem(String entry, ObjectIndex index) {
        int slash = entry.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String limit = entry.substring(slash + 1);
        List<Resource<RateLimitPolicy>> named = index.set().all(Kinds.RATE_LIMIT_POLICY).stream()
                .filter(policy -> policy.meta().name().equals(entry.substring(0, slash)))
                .toList();
        if (named.isEmpty()) {
            return Optional.of("there is no RateLimitPolicy of this name, so nothing is excluded");
        }
        List<Resource<RateLimitPolicy>> having =
                named.stream().filter(policy -> has(policy, limit)).toList();
        if (having.isEmpty()) {
            return Optional.of(named.getFirst().ref() + " has no limit of this name, so nothing is excluded");
        }
        return having.stream().anyMatch(policy -> policy.spec().allowExclude())
                ? Optional.empty()
                : Optional.of(having.getFirst().ref()
                        + " does not allow it, so its limit counts: it needs allowExclude: true");
    }

    private static boolean has(Resource<RateLimitPolicy> policy, String limit) {
        return Stream.concat(policy.spec().limits().stream(), policy.spec().concurrency().stream())
                .anyMatch(one -> one.path("name").asText().equals(limit));
    }
}
