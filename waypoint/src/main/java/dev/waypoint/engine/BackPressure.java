package dev.waypoint.engine;

import static java.util.Objects.requireNonNull;

import dev.waypoint.message.Downstream;

/** Why the two sources of an exchange are stopped: the client's request and the upstream's response. A source runs without reason. */
final class BackPressure {

    /** Something waits for a head in front of it. */
    static final int HELD = 1;

    /** The peer of the other side does not take more. */
    static final int PEER_FULL = 2;

    private static final int FIRST_STAGE_BIT = 2;
    private static final int LAST_STAGE_BIT = 30;

    private final ExchangeRunner exchange;
    private final Downstream downstream;
    private int requestPauses;
    private int responsePauses;

    BackPressure(ExchangeRunner exchange, Downstream downstream) {
        this.exchange = exchange;
        this.downstream = downstream;
    }

    /** The reason of a filter's session. */
    static int stage(int index) {
        return 1 << Math.min(FIRST_STAGE_BIT + index, LAST_STAGE_BIT);
    }

    void pauseRequest(int reason) {
        if (requestPauses == 0) {
            downstream.pause();
        }
        requestPauses |= reason;
    }

    void resumeRequest(int reason) {
        if (requestPauses != 0) {
            requestPauses &= ~reason;
            if (requestPauses == 0) {
                downstream.resume();
            }
        }
    }

    void pauseResponse(int reason) {
        if (responsePauses == 0 && exchange.dispatch() != null) {
            requireNonNull(exchange.dispatch()).pause();
        }
        responsePauses |= reason;
    }

    void resumeResponse(int reason) {
        if (responsePauses != 0) {
            responsePauses &= ~reason;
            if (responsePauses == 0 && exchange.dispatch() != null) {
                requireNonNull(exchange.dispatch()).resume();
            }
        }
    }

    boolean isResponsePaused() {
        return responsePauses != 0;
    }

    boolean isRequestWritable() {
        return (requestPauses & (HELD | PEER_FULL)) == 0;
    }

    boolean isResponseWritable() {
        return downstream.isWritable();
    }
}
