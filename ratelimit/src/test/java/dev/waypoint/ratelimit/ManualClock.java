package dev.waypoint.ratelimit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves, to and fro. */
public final class ManualClock implements NanoClock {

    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        return nanos.get();
    }

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    public void advanceNanos(long by) {
        nanos.addAndGet(by);
    }
}
