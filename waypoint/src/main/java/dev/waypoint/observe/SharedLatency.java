package dev.waypoint.observe;

import dev.waypoint.filter.FilterEnvironment.EventTimer;

/** A histogram of durations with many writing threads, for what happens rarely. */
final class SharedLatency implements EventTimer {

    private final Latency latency = new Latency();

    @Override
    public synchronized void record(long nanos) {
        latency.record(nanos);
    }

    Latency latency() {
        return latency;
    }
}
