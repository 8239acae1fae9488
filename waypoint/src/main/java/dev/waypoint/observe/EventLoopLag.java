package dev.waypoint.observe;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Measures how late the event loops run: the first sign of too much load, or of a filter that blocks. */
public final class EventLoopLag implements AutoCloseable {

    /** How often each loop is asked, in milliseconds. */
    static final long EVERY_MILLIS = 250;

    private final List<Probe> probes = new ArrayList<>();
    private final List<ScheduledFuture<?>> timers = new ArrayList<>();

    /** Starts to measure. */
    public EventLoopLag(List<EventExecutor> loops) {
        for (EventExecutor loop : loops) {
            Probe probe = new Probe();
            probes.add(probe);
            timers.add(loop.scheduleAtFixedRate(probe, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    private static final class Probe implements Runnable {
        final Latency lag = new Latency();
        final AtomicLong worst = new AtomicLong();
        private long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS);

        @Override
        public void run() {
            long now = System.nanoTime();
            long late = Math.max(0, now - due);
            lag.record(late);
            worst.accumulateAndGet(late, Math::max);
            due = Math.max(due, now - TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS))
                    + TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS);
        }
    }

    int loops() {
        return probes.size();
    }

    Latency lag(int loop) {
        return probes.get(loop).lag;
    }

    /** The longest lag of a loop since this was asked last, in seconds. */
    double takeWorstSeconds(int loop) {
        return probes.get(loop).worst.getAndSet(0) / 1e9;
    }

    @Override
    public void close() {
        timers.forEach(timer -> timer.cancel(false));
    }
}
