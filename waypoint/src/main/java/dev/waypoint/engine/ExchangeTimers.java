package dev.waypoint.engine;

import dev.waypoint.plan.CompiledRule;

/**
 * The times that bound one exchange, kept by a single timer that is set to the earliest of them. Activity only notes the moment;
 * an idle timer that fires too early is set again.
 */
final class ExchangeTimers {

    private static final long NEVER = Long.MAX_VALUE;
    /** Before a route is known, a request may rest this long. */
    private static final long UNROUTED_IDLE_NANOS = 300_000_000_000L;

    private final ExchangeRunner exchange;
    private final TimerWheel wheel;
    private long requestDeadline = NEVER;
    private long attemptDeadline = NEVER;
    private long idleNanos = UNROUTED_IDLE_NANOS;
    private long lastActivity;
    private long setFor = NEVER;

    ExchangeTimers(ExchangeRunner exchange, TimerWheel wheel) {
        this.exchange = exchange;
        this.wheel = wheel;
    }

    void start() {
        lastActivity = exchange.startNanos;
    }

    void touch() {
        lastActivity = exchange.nanoTime();
    }

    /** The route's times apply from now on. */
    void routed(CompiledRule rule) {
        requestDeadline = rule.requestNanos() == 0 ? NEVER : exchange.startNanos + rule.requestNanos();
        idleNanos = rule.idleNanos();
        arm();
    }

    /** An attempt begins; 0 for no bound. */
    void attempt(long nanos) {
        attemptDeadline = nanos == 0 ? NEVER : exchange.nanoTime() + nanos;
        if (nanos != 0) {
            arm();
        }
    }

    /** The attempt was answered or ended. */
    void attemptOver() {
        attemptDeadline = NEVER;
    }

    private long idleDeadline() {
        return idleNanos == 0 ? NEVER : lastActivity + idleNanos;
    }

    private void arm() {
        long next = Math.min(idleDeadline(), Math.min(requestDeadline, attemptDeadline));
        if (next != NEVER && (!exchange.isSet() || next < setFor)) {
            setFor = next;
            wheel.set(exchange, next);
        }
    }

    void fired(long now) {
        setFor = NEVER;
        if (exchange.isOver()) {
            return;
        }
        if (now >= requestDeadline) {
            requestDeadline = NEVER;
            attemptDeadline = NEVER;
            timedOut("response_timeout");
        } else if (now >= attemptDeadline) {
            attemptDeadline = NEVER;
            Dispatch dispatch = exchange.dispatch();
            if (dispatch != null) {
                dispatch.attemptTimedOut();
            }
        } else if (now >= idleDeadline()) {
            exchange.reply(LocalReplies.idle(exchange.isRequestEnded()));
        }
        if (!exchange.isOver()) {
            arm();
        }
    }

    private void timedOut(String detail) {
        Dispatch dispatch = exchange.dispatch();
        if (dispatch != null) {
            dispatch.countTimeout();
        }
        exchange.reply(LocalReplies.timeout(detail));
    }

    void stop() {
        wheel.cancel(exchange);
    }
}
