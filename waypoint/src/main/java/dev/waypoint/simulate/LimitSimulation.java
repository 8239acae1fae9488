package dev.waypoint.simulate;

import dev.waypoint.api.Kinds;
import dev.waypoint.api.RateLimitPolicy;
import dev.waypoint.config.Finding;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LimitReplay;
import dev.waypoint.gatewayapi.RateLimitPolicies;
import dev.waypoint.source.Resource;
import dev.waypoint.source.ResourceSet;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Tells whom RateLimitPolicies would have refused, from the lines of an access log. */
public final class LimitSimulation {

    private final Map<ResourceRef, LimitReplay.Replay> policies = new TreeMap<>();
    private final Map<Refused, Integer> refused = new TreeMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private int requests;
    private int refusedRequests;
    private int otherLines;

    private LimitSimulation() {}

    /**
     * Refusals that are counted together.
     *
     * @param second the second in which they fell
     * @param policy the policy
     * @param limit the name of the limit
     * @param key the key
     * @param shadow whether they would only have been counted
     */
    public record Refused(Instant second, ResourceRef policy, String limit, String key, boolean shadow)
            implements Comparable<Refused> {
        private static final Comparator<Refused> ORDER = Comparator.comparing(Refused::second)
                .thenComparing(Refused::policy)
                .thenComparing(Refused::limit)
                .thenComparing(Refused::key)
                .thenComparing(Refused::shadow);

        @Override
        public int compareTo(Refused other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * A simulation of all policies of a set, each on its own: their targets are not looked at.
     *
     * @param replicas how many replicas share divided limits; the log is taken for that of one of them
     */
    public static LimitSimulation of(ResourceSet set, FilterCatalog catalog, int replicas, Consumer<Finding> findings) {
        LimitSimulation simulation = new LimitSimulation();
        for (Resource<RateLimitPolicy> policy : set.all(Kinds.RATE_LIMIT_POLICY)) {
            policy.spec()
                    .concurrency()
                    .forEach(limit -> simulation.leftOut.add(
                            policy.ref() + " " + limit.path("name").asText()));
            catalog.find(RateLimitPolicies.FILTER)
                    .flatMap(factory -> replay(factory, policy, catalog, replicas, findings))
                    .ifPresent(replay -> simulation.policies.put(policy.ref(), replay));
        }
        return simulation;
    }

    private static Optional<LimitReplay.Replay> replay(
            FilterFactory<?> factory,
            Resource<RateLimitPolicy> policy,
            FilterCatalog catalog,
            int replicas,
            Consumer<Finding> findings) {
        return factory instanceof LimitReplay<?> limits
                ? catalog.readConfig(
                                RateLimitPolicies.FILTER,
                                RateLimitPolicies.config(policy.spec()),
                                policy.ref(),
                                "spec.filter",
                                "spec",
                                findings)
                        .map(config -> replay(limits, config, new Environment(policy.ref(), replicas)))
                : Optional.empty();
    }

    private static <C extends Record> LimitReplay.Replay replay(
            LimitReplay<C> limits, Record config, FilterEnvironment environment) {
        return limits.replay(limits.kind().configType().cast(config), environment);
    }

    /** How many policies are asked. */
    public int policies() {
        return policies.size();
    }

    /** Asks about the requests of a log, in the order of their arrival; the log has them in the order of their ends. */
    public void run(Stream<String> lines) {
        List<LoggedRequest> logged = new ArrayList<>();
        lines.forEach(line -> LoggedRequest.parse(line).ifPresentOrElse(logged::add, () -> otherLines++));
        logged.sort(Comparator.comparing(LoggedRequest::time));
        logged.forEach(this::ask);
    }

    private void ask(LoggedRequest request) {
        requests++;
        boolean passes = true;
        for (Map.Entry<ResourceRef, LimitReplay.Replay> policy : policies.entrySet()) {
            for (LimitReplay.Refusal refusal : policy.getValue().ask(request.time(), new ReplayedExchange(request))) {
                passes &= refusal.shadow();
                refused.merge(
                        new Refused(
                                request.time().truncatedTo(ChronoUnit.SECONDS),
                                policy.getKey(),
                                refusal.limit(),
                                refusal.key(),
                                refusal.shadow()),
                        1,
                        Integer::sum);
            }
        }
        refusedRequests += passes ? 0 : 1;
    }

    /** The refusals with their numbers, in the order of time. */
    public Map<Refused, Integer> refused() {
        return refused;
    }

    /** The number of requests in the log. */
    public int requests() {
        return requests;
    }

    /** How many of them would have been refused. */
    public int refusedRequests() {
        return refusedRequests;
    }

    /** Limits that are not replayed: a log does not say how many requests were under way. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** The number of lines that are no requests. */
    public int otherLines() {
        return otherLines;
    }

    /** A world with nothing in it. */
    private record Environment(ResourceRef owner, int replicas) implements FilterEnvironment {
        @Override
        public Map<String, byte[]> data(ConfigReference reference) {
            throw new IllegalArgumentException("limits read no other objects, but asked for " + reference);
        }

        @Override
        public EndpointSource endpoints(ConfigReference.ServiceReference reference) {
            throw new IllegalArgumentException("limits call no Services, but asked for " + reference);
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public EventCounter counter(ResourceRef object, String event) {
            return new EventCounter() {
                @Override
                public void increment() {
                    // The refusals are counted by second and key.
                }

                @Override
                public void add(long amount) {
                    // The refusals are counted by second and key.
                }
            };
        }

        @Override
        public Optional<HttpFilter> predecessor() {
            return Optional.empty();
        }
    }
}
