package dev.waypoint.observe;

import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.observe.FilterCounters.EventKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;

/** What filters hold now. Several filters may show the same thing, which counts once and is there as long as one of them is. */
final class FilterValues {

    private final Map<EventKey, Map<LongSupplier, Integer>> sources = new HashMap<>();

    synchronized Registration register(EventKey key, LongSupplier source) {
        sources.computeIfAbsent(key, _ -> new HashMap<>()).merge(source, 1, Integer::sum);
        return () -> remove(key, source);
    }

    private synchronized void remove(EventKey key, LongSupplier source) {
        Map<LongSupplier, Integer> shown = sources.get(key);
        if (shown == null) {
            return;
        }
        shown.computeIfPresent(source, (_, holders) -> holders == 1 ? null : holders - 1);
        if (shown.isEmpty()) {
            sources.remove(key);
        }
    }

    synchronized void forEach(ObjLongConsumer<EventKey> visitor) {
        sources.forEach((key, shown) -> visitor.accept(
                key, shown.keySet().stream().mapToLong(LongSupplier::getAsLong).sum()));
    }
}
