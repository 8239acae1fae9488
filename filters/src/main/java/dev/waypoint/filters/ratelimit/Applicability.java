package dev.waypoint.filters.ratelimit;

import dev.waypoint.filter.Exchange;
import java.util.Set;
import java.util.TreeSet;

/** For requests to which backends of a rule a limit is. */
final class Applicability {

    private final Set<String> backends = new TreeSet<>();

    /** For those of one part. */
    Applicability(JoinedRateLimits.Part part) {
        if (!part.backend().isEmpty()) {
            backends.add(part.backend());
        }
    }

    /** For those of another part, too: it has the same limit. */
    void add(JoinedRateLimits.Part part) {
        if (part.backend().isEmpty()) {
            backends.clear();
        } else if (!backends.isEmpty()) {
            backends.add(part.backend());
        }
    }

    /** Whether it is for requests to any backend. */
    boolean isForAll() {
        return backends.isEmpty();
    }

    boolean meets(Exchange exchange) {
        return backends.isEmpty()
                || exchange.route()
                        .filter(route -> backends.contains(route.cluster()))
                        .isPresent();
    }

    /** For people; nothing if it is for all. */
    @Override
    public String toString() {
        return backends.isEmpty() ? "" : ", for requests to " + String.join(", ", backends);
    }
}
