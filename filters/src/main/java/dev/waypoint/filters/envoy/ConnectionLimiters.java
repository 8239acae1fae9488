package dev.waypoint.filters.envoy;

import dev.waypoint.ratelimit.NanoClock;
import dev.waypoint.ratelimit.envoy.LocalLimiter;
import dev.waypoint.ratelimit.envoy.LocalLimits;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One limiter for each downstream connection. As in Envoy the first configuration used on a connection decides for all that comes
 * later on it, whatever filter or route it is. Bounded: of too many connections the one that was quiet for longest begins anew.
 */
final class ConnectionLimiters {

    private static final int MOST = 100_000;

    private static final Map<Long, LocalLimiter> LIMITERS = new LinkedHashMap<>(16, 0.75f, true);

    private ConnectionLimiters() {}

    static LocalLimiter of(long connection, LocalLimits limits) {
        synchronized (LIMITERS) {
            LocalLimiter known = LIMITERS.get(connection);
            if (known != null) {
                return known;
            }
            if (LIMITERS.size() >= MOST) {
                LIMITERS.remove(LIMITERS.keySet().iterator().next());
            }
            LocalLimiter made = new LocalLimiter(limits, NanoClock.system());
            LIMITERS.put(connection, made);
            return made;
        }
    }
}
