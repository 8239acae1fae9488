package dev.waypoint.ratelimit.envoy;

import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.NanoClock;
import dev.waypoint.ratelimit.envoy.LocalDecision.Result;
import dev.waypoint.ratelimit.envoy.RequestDescriptor.HeaderOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The buckets of one configuration object. Make one for each, as Envoy does: two routes with the same text do not share;
 * with {@code local_rate_limit_per_downstream_connection} one for each connection, which the first configuration used on
 * it keeps for all.
 *
 * <p>Not all-or-nothing: matched buckets are charged in turn, the slowest first, and those that were charged before one
 * refuses get nothing back.
 */
public final class LocalLimiter {

    private final LocalLimits limits;
    private final NanoClock clock;
    private final Optional<TokenBucket> defaultBucket;
    private final Map<List<DescriptorEntry>, TokenBucket> exact = new HashMap<>();
    private final List<Wildcard> wildcards = new ArrayList<>();

    private record Match(TokenBucket bucket, RequestDescriptor descriptor) {}

    public LocalLimiter(LocalLimits limits, NanoClock clock) {
        this.limits = limits;
        this.clock = NanoClock.steady(clock);
        this.defaultBucket = limits.defaultBucket().map(config -> alone(config, false));
        for (DescriptorConfig descriptor : limits.descriptors()) {
            if (descriptor.wildcard()) {
                wildcards.add(new Wildcard(
                        descriptor,
                        new RecentBuckets(
                                new TokenBucket.Kind(descriptor.bucket(), descriptor.shadow(), this.clock),
                                limits.maxDynamicDescriptors())));
            } else {
                exact.put(descriptor.entries(), alone(descriptor.bucket(), descriptor.shadow()));
            }
        }
    }

    private TokenBucket alone(TokenBucketConfig config, boolean shadow) {
        return new TokenBucket(LimitKey.SHARED, new TokenBucket.Kind(config, shadow, clock));
    }

    /**
     * Decides about one request.
     *
     * @param descriptors what the rules made of it
     * @param share part of each bucket that belongs to this instance, above 0 to 1; 1 without
     *     {@code local_cluster_rate_limit}
     */
    public LocalDecision decide(List<RequestDescriptor> descriptors, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", expected above 0 to 1");
        }
        List<Match> matches = matches(descriptors);
        Optional<Match> shadowed = Optional.empty();
        for (Match match : matches) {
            if (charge(match, share)) {
                continue;
            }
            if (!match.bucket().shadow()) {
                return decision(Result.LIMITED, match);
            }
            // Since 1.40 a shadow refusal does not end the check.
            shadowed = shadowed.isPresent() ? shadowed : Optional.of(match);
        }
        boolean charged = defaultBucket.isPresent() && (matches.isEmpty() || limits.alwaysConsumeDefault());
        if (charged && !defaultBucket.get().consume(1, share)) {
            return new LocalDecision(Result.LIMITED, defaultBucket, HeaderOption.UNSPECIFIED);
        }
        if (shadowed.isPresent()) {
            return decision(Result.SHADOW_LIMITED, shadowed.get());
        }
        return matches.isEmpty()
                ? new LocalDecision(Result.ALLOWED, defaultBucket, HeaderOption.UNSPECIFIED)
                : decision(Result.ALLOWED, matches.getFirst());
    }

    private static LocalDecision decision(Result result, Match match) {
        return new LocalDecision(
                result, Optional.of(match.bucket()), match.descriptor().headers());
    }

    private static boolean charge(Match match, double share) {
        Hits hits = match.descriptor().hits();
        if (hits.negative()) {
            match.bucket().refill(hits.count());
            return true;
        }
        return match.bucket().consume(hits.count(), share);
    }

    private List<Match> matches(List<RequestDescriptor> descriptors) {
        List<Match> matches = new ArrayList<>(descriptors.size());
        for (RequestDescriptor descriptor : descriptors) {
            bucket(descriptor.entries()).ifPresent(bucket -> matches.add(new Match(bucket, descriptor)));
        }
        if (matches.size() > 1) {
            matches.sort(Comparator.comparingDouble(match -> match.bucket().fillRate()));
        }
        return matches;
    }

    /** The bucket that a request with these entries is charged to; for a wildcard it is made on the first occasion. */
    Optional<TokenBucket> bucket(List<DescriptorEntry> entries) {
        TokenBucket known = exact.get(entries);
        if (known != null) {
            return Optional.of(known);
        }
        // Envoy's order among several wildcards is undefined; ours is that of the configuration.
        for (Wildcard wildcard : wildcards) {
            if (wildcard.descriptor.matches(entries)) {
                return Optional.of(wildcard.bucket(entries));
            }
        }
        return Optional.empty();
    }

    /** A descriptor of which some values are open. */
    private static final class Wildcard {
        final DescriptorConfig descriptor;
        private final RecentBuckets recent;

        Wildcard(DescriptorConfig descriptor, RecentBuckets recent) {
            this.descriptor = descriptor;
            this.recent = recent;
        }

        /** Keys are those of the descriptor, so the values alone tell requests apart. */
        TokenBucket bucket(List<DescriptorEntry> entries) {
            String[] values = new String[entries.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = entries.get(i).value();
            }
            return recent.bucket(LimitKey.tuple(values));
        }
    }
}
