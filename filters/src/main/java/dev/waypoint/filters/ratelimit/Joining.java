package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.JoiningFactory;
import dev.waypoint.filters.ratelimit.LimitConfig.Sharing;
import dev.waypoint.filters.ratelimit.store.StoreConfig;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Joins the limits of several levels into one filter. */
final class Joining {

    private Joining() {}

    static JoinedRateLimits.Config join(List<JoiningFactory.Part<RateLimit.Config>> parts, String route, String rule) {
        List<JoinedRateLimits.Part> joined = new ArrayList<>();
        boolean ofRoute = false;
        boolean ofRule = false;
        for (JoiningFactory.Part<RateLimit.Config> part : parts) {
            List<LimitConfig> limits = part.config().limits().stream()
                    .filter(limit -> !isExcluded(part, limit.name(), parts))
                    .toList();
            List<ConcurrencyConfig> concurrency = part.config().concurrency().stream()
                    .filter(limit -> !isExcluded(part, limit.name(), parts))
                    .toList();
            Set<Sharing> sharing = EnumSet.noneOf(Sharing.class);
            limits.forEach(limit -> sharing.add(limit.sharing()));
            concurrency.forEach(limit -> sharing.add(limit.sharing()));
            if (!sharing.isEmpty()) {
                joined.add(part(part, limits, concurrency));
                ofRoute |= sharing.contains(Sharing.ROUTE);
                ofRule |= sharing.contains(Sharing.RULE);
            }
        }
        // Rules whose limits are all shared have equal configurations, and so one live filter.
        return new JoinedRateLimits.Config(ofRoute || ofRule ? route : "", ofRule ? rule : "", joined);
    }

    private static JoinedRateLimits.Part part(
            JoiningFactory.Part<RateLimit.Config> part, List<LimitConfig> limits, List<ConcurrencyConfig> concurrency) {
        RateLimit.Config config = part.config();
        int sampled =
                part.enforcement() instanceof Enforcement.Sampled share ? share.millionths() : JoinedRateLimits.ALWAYS;
        return new JoinedRateLimits.Part(
                JoinedRateLimits.Owner.of(part.source()),
                part.target(),
                part.enforcement() instanceof Enforcement.Shadow,
                sampled,
                new RateLimit.Config(
                        limits,
                        concurrency,
                        config.headers(),
                        config.retryAfter(),
                        List.of(),
                        false,
                        store(limits, config, part.source())),
                part.backend());
    }

    /** Only if it is needed, and with references that are found from wherever the joined filter stands. */
    private static Optional<StoreConfig> store(List<LimitConfig> limits, RateLimit.Config config, ResourceRef source) {
        return limits.stream().anyMatch(limit -> limit.scope() == LimitConfig.Scope.GLOBAL)
                ? config.global().map(store -> store.in(source.namespace()))
                : Optional.empty();
    }

    /** Excluding takes both: a narrower level that names the limit, and an object that allows it. */
    private static boolean isExcluded(
            JoiningFactory.Part<RateLimit.Config> part,
            String limit,
            List<JoiningFactory.Part<RateLimit.Config>> parts) {
        String name = name(part.source(), limit);
        return part.config().allowExclude()
                && parts.stream()
                        .filter(other -> other.level() > part.level())
                        .filter(other -> other.enforcement() instanceof Enforcement.Enforced)
                        .anyMatch(other -> other.config().exclude().contains(name));
    }

    private static String name(ResourceRef source, String limit) {
        return source.name() + "/" + limit;
    }
}
