package dev.waypoint.filters.ratelimit;

import dev.waypoint.ratelimit.ConcurrencyLimit;
import dev.waypoint.ratelimit.ConcurrencyLimiter;
import dev.waypoint.ratelimit.NanoClock;
import java.util.HashMap;
import java.util.Map;

/** The concurrency limits of this process by what they are told apart by, so that requests under way stay counted over changes. */
final class ConcurrencyLimiters {

    private final NanoClock clock;
    private final Map<LimitId, Lease> leases = new HashMap<>();

    private static final class Lease {
        final ConcurrencyLimiter limiter;
        int holders;

        Lease(ConcurrencyLimiter limiter) {
            this.limiter = limiter;
        }
    }

    ConcurrencyLimiters(NanoClock clock) {
        this.clock = clock;
    }

    /** The limiter of an identity, made or adapted. Other keys mean other counts. */
    synchronized ConcurrencyLimiter acquire(LimitId id, ConcurrencyLimit limit) {
        Lease lease = leases.get(id);
        if (lease == null || !lease.limiter.limit().keys().equals(limit.keys())) {
            lease = new Lease(new ConcurrencyLimiter(limit, clock));
            leases.put(id, lease);
        } else {
            lease.limiter.reconfigure(limit);
        }
        lease.holders++;
        return lease.limiter;
    }

    synchronized void release(LimitId id, ConcurrencyLimiter limiter) {
        Lease lease = leases.get(id);
        if (lease != null && lease.limiter.equals(limiter) && --lease.holders == 0) {
            leases.remove(id);
        }
    }

    synchronized Map<LimitId, ConcurrencyLimiter> held() {
        Map<LimitId, ConcurrencyLimiter> held = new HashMap<>();
        leases.forEach((id, lease) -> held.put(id, lease.limiter));
        return held;
    }
}
