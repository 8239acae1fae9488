package dev.waypoint.observe;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts what happens to one backend. Every method may be called by any thread, at the cost of one uncontended addition. */
public final class BackendMeters {

    final LongAdder connects = new LongAdder();
    final LongAdder connectFailures = new LongAdder();
    final LongAdder resets = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder retriesOverBudget = new LongAdder();
    final LongAdder ejections = new LongAdder();
    final LongAdder overflows = new LongAdder();
    final LongAdder mirrored = new LongAdder();
    final LongAdder sessionsKept = new LongAdder();
    final LongAdder sessionsTold = new LongAdder();

    final LongAdder disconnects = new LongAdder();
    private volatile Supplier<EndpointStates> states = () -> new EndpointStates(0, 0, 0, 0);

    /**
     * How many endpoints there are of each kind.
     *
     * @param ready that take requests
     * @param unhealthy that failed their health checks
     * @param ejected for what their answers looked like
     * @param leaving that are about to end, or are not ready yet
     */
    public record EndpointStates(int ready, int unhealthy, int ejected, int leaving) {}

    /** Where the numbers of endpoints come from. */
    public void endpoints(Supplier<EndpointStates> source) {
        states = source;
    }

    EndpointStates endpoints() {
        return states.get();
    }

    long open() {
        return Math.max(0, connects.sum() - disconnects.sum());
    }

    /** A connection ended. */
    public void disconnected() {
        disconnects.increment();
    }

    /** A connection came about. */
    public void connected() {
        connects.increment();
    }

    /** A connection did not come about. */
    public void connectFailed() {
        connectFailures.increment();
    }

    /** The endpoint ended a stream before its response was complete. */
    public void reset() {
        resets.increment();
    }

    /** An attempt or a request took too long. */
    public void timedOut() {
        timeouts.increment();
    }

    /** A failed attempt is made again. */
    public void retried() {
        retries.increment();
    }

    /** A failed attempt is not made again because the budget is used up. */
    public void retryOverBudget() {
        retriesOverBudget.increment();
    }

    /** An endpoint was ejected. */
    public void ejected() {
        ejections.increment();
    }

    /** A limit of the backend refused a request. */
    public void overflowed() {
        overflows.increment();
    }

    /** A request went to the endpoint of its session. */
    public void sessionKept() {
        sessionsKept.increment();
    }

    /** A client was told of a session that begins, or goes on with another endpoint. */
    public void sessionTold() {
        sessionsTold.increment();
    }

    /** A copy of a request was sent. */
    public void mirrored() {
        mirrored.increment();
    }
}
