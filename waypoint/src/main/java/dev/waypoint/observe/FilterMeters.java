package dev.waypoint.observe;

import java.util.concurrent.atomic.LongAdder;

/** Counts what one filter of one owner decided. */
public final class FilterMeters {

    final LongAdder passed = new LongAdder();
    final LongAdder replied = new LongAdder();
    final LongAdder shadowReplied = new LongAdder();
    final LongAdder rerouted = new LongAdder();
    final LongAdder failed = new LongAdder();

    /** The request went on. */
    public void passed() {
        passed.increment();
    }

    /** The filter answered. */
    public void replied() {
        replied.increment();
    }

    /** The filter would have answered, but runs in shadow. */
    public void shadowReplied() {
        shadowReplied.increment();
    }

    /** The filter asked for the route to be matched again. */
    public void rerouted() {
        rerouted.increment();
    }

    /** The filter threw. */
    public void failed() {
        failed.increment();
    }
}
