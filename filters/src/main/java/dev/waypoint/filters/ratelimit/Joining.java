package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Enforcement;
import dev.waypoint.filter.JoiningFactory;
import dev.waypoint.filters.ratelimit.LimitConfig.Sharing;
import dev.waypoint.filters.ratelimit.store.StoreConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Joins the limits of several levels into one filter. */
final class Joining {

    private Joining() {}

    static JoinedRateLimits.Config join(List<JoiningFactory.Part<RateLimit.Config>> parts, String route, String rule) {
        List<JoinedRateLimits.Part> joined = new ArrayList<>();
        boolean ofRoute = false;
        boolean ofRule = false;
        for (JoiningFactory.Part<RateLimit.Config> part : parts) {
            List<LimitConfig> left = part.config().limits().stream()
                    .filter(limit -> !isExcluded(part, limit, parts))
                    .toList();
            if (!left.isEmpty()) {
                joined.add(part(part, left));
                ofRoute |= left.stream().anyMatch(limit -> limit.sharing() == Sharing.ROUTE);
                ofRule |= left.stream().anyMatch(limit -> limit.sharing() == Sharing.RULE);
            }
        }
        // Rules whose limits are all shared have equal configurations, and so one live filter.
        return new JoinedRateLimits.Config(ofRoute || ofRule ? route : "", ofRule ? rule : "", joined);
    }

    private static JoinedRateLimits.Part part(JoiningFactory.Part<RateLimit.Config> part, List<LimitConfig> limits) {
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
                        config.headers(),
                        config.retryAfter(),
                        List.of(),
                        false,
                        store(limits, config, part.source())));
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
            LimitConfig limit,
            List<JoiningFactory.Part<RateLimit.Config>> parts) {
        String name = name(part.source(), limit.name());
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
