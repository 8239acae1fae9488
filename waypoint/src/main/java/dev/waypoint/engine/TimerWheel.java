package dev.waypoint.engine;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of all exchanges of one event loop. Setting and cancelling one is a change of a linked list; while none is set,
 * nothing ticks. Timers fire up to one tick late. Confined to its event loop.
 */
final class TimerWheel {

    static final long TICK_NANOS = 4_000_000L;
    private static final int SLOTS = 1024;

    private final EventExecutor loop;
    private final Timer[] slots = new Timer[SLOTS];
    private long tick;
    private int armed;
    private boolean ticking;

    TimerWheel(EventExecutor loop) {
        this.loop = loop;
        this.tick = now() / TICK_NANOS;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Sentinel();
        }
    }

    /** Something with a deadline. */
    abstract static class Timer {
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private long dueTick;

        /** The deadline passed. */
        abstract void onTimer(long nowNanos);

        final boolean isSet() {
            return next != null;
        }
    }

    private static final class Sentinel extends Timer {
        private Sentinel() {
            super.previous = this;
            super.next = this;
        }

        @Override
        void onTimer(long nowNanos) {}
    }

    /** Sets a timer, or moves it. */
    void set(Timer timer, long deadlineNanos) {
        cancel(timer);
        if (!ticking) {
            tick = now() / TICK_NANOS;
        }
        timer.dueTick = Math.max(tick + 1, deadlineNanos / TICK_NANOS + 1);
        link(timer);
        if (!ticking) {
            ticking = true;
            schedule();
        }
    }

    /** Cancels a timer that may be set. */
    void cancel(Timer timer) {
        Timer next = timer.next;
        Timer previous = timer.previous;
        if (next != null && previous != null) {
            previous.next = next;
            next.previous = previous;
            timer.next = null;
            timer.previous = null;
            armed--;
        }
    }

    private void link(Timer timer) {
        Timer head = slots[(int) (timer.dueTick & (SLOTS - 1))];
        Timer last = head.previous;
        timer.next = head;
        timer.previous = last;
        head.previous = timer;
        if (last != null) {
            last.next = timer;
        }
        armed++;
    }

    private long now() {
        return loop.ticker().nanoTime();
    }

    private void schedule() {
        loop.schedule(this::run, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void run() {
        long now = now();
        long target = now / TICK_NANOS;
        int turns = (int) Math.min(SLOTS, target - tick);
        for (int i = 1; i <= turns; i++) {
            expire(slots[(int) ((tick + i) & (SLOTS - 1))], target, now);
        }
        tick = Math.max(tick, target);
        if (armed == 0) {
            ticking = false;
        } else {
            schedule();
        }
    }

    private void expire(Timer head, long target, long now) {
        Timer timer = head.next;
        while (timer != null && !(timer instanceof Sentinel)) {
            Timer following = timer.next;
            if (timer.dueTick <= target) {
                cancel(timer);
                timer.onTimer(now);
                following = following == null || following.next == null ? head.next : following;
            }
            timer = following;
        }
    }
}
