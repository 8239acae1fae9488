package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.LimitUsage;
import dev.waypoint.ratelimit.ConcurrencyLimiter;
import dev.waypoint.ratelimit.KeyUse;
import dev.waypoint.ratelimit.LimitStats;
import dev.waypoint.ratelimit.LimitTable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells operators how limits are used. */
final class LimitReport {

    private LimitReport() {}

    static List<LimitUsage.Limit> of(LimitPlaces places, String object, int top, boolean plain) {
        Stream<LimitUsage.Limit> rates = places.tables().held().entrySet().stream()
                .filter(held -> held.getKey() instanceof LimitId id && isMeant(id.owner(), object))
                .map(held -> limit((LimitId) held.getKey(), held.getValue(), top, plain));
        Stream<LimitUsage.Limit> concurrency = places.concurrency().held().entrySet().stream()
                .filter(held -> isMeant(held.getKey().owner(), object))
                .map(held -> limit(held.getKey(), held.getValue(), top, plain));
        return Stream.concat(rates, concurrency)
                .sorted(Comparator.comparing(LimitUsage.Limit::owner)
                        .thenComparing(LimitUsage.Limit::name)
                        .thenComparing(LimitUsage.Limit::place))
                .toList();
    }

    private static boolean isMeant(ResourceRef owner, String object) {
        return object.isEmpty() || object.equals(owner.name()) || object.equals(owner.namespace() + "/" + owner.name());
    }

    private static LimitUsage.Limit limit(LimitId id, ConcurrencyLimiter limiter, int top, boolean plain) {
        return new LimitUsage.Limit(
                id.owner(),
                id.limit(),
                place(id) + " (under way)",
                limiter.admitted(),
                limiter.limited(),
                limiter.shadowLimited(),
                limiter.keys(),
                0,
                limiter.top(top).stream().map(use -> key(use, plain)).toList());
    }

    private static String place(LimitId id) {
        return Stream.of(id.target(), id.route(), id.rule())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static LimitUsage.Limit limit(LimitId id, LimitTable table, int top, boolean plain) {
        LimitStats stats = table.stats();
        return new LimitUsage.Limit(
                id.owner(),
                id.limit(),
                place(id),
                stats.admitted(),
                stats.limited(),
                stats.shadowLimited(),
                stats.keys(),
                stats.evictions(),
                table.top(top).stream().map(use -> key(use, plain)).toList());
    }

    private static LimitUsage.Key key(KeyUse use, boolean plain) {
        String text = use.key().toString();
        return new LimitUsage.Key(
                use.key().parts().isEmpty() ? "(shared)" : plain ? text : KeyText.hashed(text),
                use.used(),
                use.burst(),
                use.admitted(),
                use.limited());
    }
}
