package dev.waypoint.transport.armeria;

import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls one backend has, over all event loops and endpoints. */
final class BackendLoad {

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();

    /**
     * Counts a call in, unless it would break a limit.
     *
     * @return which limit; empty if the call was counted in
     */
    Optional<String> begin(LimitsIr limits, boolean http2) {
        int running = active.incrementAndGet();
        int waiting = pending.incrementAndGet();
        if (limits.maxRequests() > 0 && running > limits.maxRequests()) {
            return refuse("maxRequests is " + limits.maxRequests());
        }
        // Each call of HTTP/1 has a connection for itself.
        if (limits.maxConnections() > 0 && !http2 && running > limits.maxConnections()) {
            return refuse("maxConnections is " + limits.maxConnections());
        }
        if (limits.maxPending() > 0 && waiting > limits.maxPending()) {
            return refuse("maxPending is " + limits.maxPending());
        }
        return Optional.empty();
    }

    private Optional<String> refuse(String limit) {
        active.decrementAndGet();
        pending.decrementAndGet();
        return Optional.of(limit);
    }

    /** The call has a connection, or never will. */
    void connected() {
        pending.decrementAndGet();
    }

    /** The call is over. */
    void end() {
        active.decrementAndGet();
    }
}
