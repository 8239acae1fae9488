package dev.waypoint.filter.testing;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when the test says so. Starts at 2026-01-01T00:00:00Z. */
public final class FakeTime implements InstantSource, Ticker {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    /** Lets time pass; timers of a {@link HandRunExecutor} only run when that is told to. */
    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get());
    }

    @Override
    public long initialNanoTime() {
        return 0;
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    /** Does not sleep: time passes at once. */
    @Override
    public void sleep(long delay, TimeUnit unit) {
        nanos.addAndGet(unit.toNanos(delay));
    }
}
