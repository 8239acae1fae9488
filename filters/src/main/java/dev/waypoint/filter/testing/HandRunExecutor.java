package dev.waypoint.filter.testing;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * An event loop without a thread: its tasks and timers run when the test calls {@link #run} or {@link #pass}. Belongs to the
 * thread that made it; other threads may hand in tasks.
 */
public final class HandRunExecutor extends AbstractScheduledEventExecutor {

    private final FakeTime time;
    private final Thread thread = Thread.currentThread();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Promise<Void> terminated = GlobalEventExecutor.INSTANCE.newPromise();
    private volatile boolean shutdown;

    /** An executor whose timers follow the given time. */
    public HandRunExecutor(FakeTime time) {
        this.time = time;
    }

    @Override
    public Ticker ticker() {
        return time;
    }

    /** Runs what is due, and what that hands in, until nothing is left. Returns the number of tasks run. */
    public int run() {
        int count = 0;
        while (true) {
            Runnable task = pollScheduledTask(time.nanoTime());
            if (task == null) {
                task = tasks.poll();
            }
            if (task == null) {
                return count;
            }
            task.run();
            count++;
        }
    }

    /** Lets time pass timer by timer, so that each runs at its own time, then runs what is left. */
    public void pass(Duration duration) {
        run();
        long end = time.nanoTime() + duration.toNanos();
        for (long next = nextScheduledTaskDeadlineNanos();
                next >= 0 && next <= end;
                next = nextScheduledTaskDeadlineNanos()) {
            time.pass(Duration.ofNanos(Math.max(0, next - time.nanoTime())));
            run();
        }
        time.pass(Duration.ofNanos(end - time.nanoTime()));
        run();
    }

    /** Whether timers wait. */
    public boolean hasTimers() {
        // Netty's hasScheduledTasks() only tells of those that are due.
        return nextScheduledTaskDeadlineNanos() >= 0;
    }

    @Override
    public void execute(Runnable command) {
        tasks.add(command);
    }

    @Override
    public boolean inEventLoop(Thread candidate) {
        return candidate == thread;
    }

    @Override
    @Deprecated
    public void shutdown() {
        shutdown = true;
        terminated.trySuccess(null);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        shutdown = true;
        terminated.trySuccess(null);
        return terminated;
    }

    @Override
    public Future<?> terminationFuture() {
        return terminated;
    }

    @Override
    public boolean isShuttingDown() {
        return shutdown;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
