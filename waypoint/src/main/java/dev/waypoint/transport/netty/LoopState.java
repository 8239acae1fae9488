package dev.waypoint.transport.netty;

import dev.waypoint.transport.netty.codec.Http1HeadParser;
import dev.waypoint.transport.netty.codec.Http1HeadWriter;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one event loop share: parsers with their scratch space, the connections to be flushed when the current
 * round of reads is over, and a coarse clock for time-outs. Confined to the loop.
 */
final class LoopState implements Runnable {

    /** How often connections look at their time-outs. */
    static final long TICK_MILLIS = 100;

    private final EventLoop eventLoop;
    private final Http1HeadParser headParser = new Http1HeadParser();
    private final Http1HeadWriter headWriter = new Http1HeadWriter();
    private List<Flushable> dirty = new ArrayList<>();
    private List<Flushable> spare = new ArrayList<>();
    private boolean flushPlanned;
    private final List<Watch> watches = new ArrayList<>();
    private boolean ticking;

    LoopState(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    /** Something that holds written bytes back until it is flushed. */
    interface Flushable {
        void flushNow();
    }

    /** Something that looks at the clock now and then. */
    interface Timed {
        /** Looks at the time, {@link System#nanoTime}. */
        void tick(long nanos);
    }

    /** A place in the list of those that look at the clock. */
    static final class Watch {
        private final Timed target;
        private int index;

        private Watch(Timed target, int index) {
            this.target = target;
            this.index = index;
        }
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    Http1HeadParser headParser() {
        return headParser;
    }

    Http1HeadWriter headWriter() {
        return headWriter;
    }

    /** Flushes when the loop has handled the events that it has at hand. Each flushable asks once. */
    void flushLater(Flushable connection) {
        dirty.add(connection);
        if (!flushPlanned) {
            flushPlanned = true;
            eventLoop.execute(this);
        }
    }

    /** Flushes what was written in this round. */
    @Override
    public void run() {
        flushPlanned = false;
        List<Flushable> now = dirty;
        dirty = spare;
        spare = now;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flushNow();
        }
        now.clear();
    }

    /** Ticks the target until it is unwatched. */
    Watch watch(Timed target) {
        Watch watch = new Watch(target, watches.size());
        watches.add(watch);
        if (!ticking) {
            ticking = true;
            schedule();
        }
        return watch;
    }

    /** Stops the ticks of a target; harmless if they had stopped. */
    void unwatch(Watch watch) {
        int index = watch.index;
        if (index < 0) {
            return;
        }
        watch.index = -1;
        Watch last = watches.removeLast();
        if (last != watch) {
            watches.set(index, last);
            last.index = index;
        }
    }

    private void schedule() {
        eventLoop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        if (watches.isEmpty()) {
            ticking = false;
            return;
        }
        long now = System.nanoTime();
        // Backwards, because a target may remove itself, which moves the last one to its place.
        for (int i = watches.size() - 1; i >= 0; i--) {
            if (i < watches.size()) {
                watches.get(i).target.tick(now);
            }
        }
        schedule();
    }
}
