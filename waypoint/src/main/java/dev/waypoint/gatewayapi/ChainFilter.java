package dev.waypoint.gatewayapi;

import dev.waypoint.api.UnreadablePolicy;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.FilterIr;
import dev.waypoint.source.Resource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/**
 * A filter that belongs into a chain, with what decides its place.
 *
 * @param filter the filter; empty if it is invalid, so that whatever it should protect must fail
 * @param problem why it is invalid; empty if it is valid, or if it is only there to switch others off
 * @param placement where its kind stands
 * @param level where it is attached
 * @param priority higher runs earlier
 * @param source the object that configures it
 * @param order the place in a list of the rule
 * @param backends the backends that it calls itself
 */
record ChainFilter(
        Optional<FilterIr> filter,
        String problem,
        Placement placement,
        Level level,
        int priority,
        Resource<?> source,
        int order,
        Set<BackendId> backends) {

    /** The order in which requests pass filters: placement, level, priority, age, name, place in the rule. */
    static final Comparator<ChainFilter> ORDER = Comparator.comparing(ChainFilter::placement)
            .thenComparing(ChainFilter::level)
            .thenComparing(Comparator.comparingInt(ChainFilter::priority).reversed())
            .thenComparing(
                    (one, other) -> one.level == Level.INLINE ? 0 : Resource.BY_AGE.compare(one.source, other.source))
            .thenComparingInt(ChainFilter::order);

    /** What stands for a policy that cannot be read. */
    static ChainFilter unreadable(Resource<UnreadablePolicy> policy, Level level) {
        return new ChainFilter(
                Optional.empty(), policy.spec().problem(), Placement.in(Stage.SHIELD), level, 0, policy, 0, Set.of());
    }

    /** A filter of a rule that cannot be used. */
    static ChainFilter broken(ResourceRef place, Resource<?> source, String problem) {
        return new ChainFilter(
                Optional.empty(),
                place + ": " + problem,
                Placement.in(Stage.SHIELD),
                Level.INLINE,
                0,
                source,
                0,
                Set.of());
    }
}
