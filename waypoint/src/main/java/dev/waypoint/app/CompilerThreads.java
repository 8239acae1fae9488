package dev.waypoint.app;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the JVM's optimising compiler. After a start it has seconds of work, for which it takes half of the only core from the
 * requests that come, though they run well enough on what the quick compiler made: at two thirds of the speed that they will have in
 * the end. So it gets what requests leave, and a tenth of the core when they leave nothing, until it has waited for some seconds in all:
 * that is when a load is there to stay, and needs what it makes.
 *
 * <p>The JVM has a priority for the threads of both compilers together only ({@code -XX:CompilerThreadPriority}), and the quick one must
 * not wait: what it has not compiled is interpreted, twenty times as slowly.
 */
final class CompilerThreads {

    /** The system property that says how much nicer they are than all other threads: 0 to 19. */
    static final String NICE_PROPERTY = "waypoint.compiler.nice";

    /** The system property that says for how many milliseconds they wait before they get their usual share. */
    static final String PATIENCE_PROPERTY = "waypoint.compiler.patience.millis";

    /** A weight of 110 beside the 1024 of other threads, by the table of Linux' scheduler. */
    private static final int NICE = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int PASSES = 3;

    private final long patience;
    private Optional<ScheduledThread> waiting;
    private final long startNanos = System.nanoTime();
    private final long startWaited;

    private CompilerThreads(Duration patience) {
        this.patience = patience.toNanos();
        this.waiting = yielding();
        this.startWaited = waiting.map(ScheduledThread::waitedNanos).orElse(0L);
    }

    /** Lowers their priority on Linux. Where that is not possible, nothing is lost but the first seconds' speed. */
    static void yieldToRequests() {
        int nice = Math.clamp(Integer.getInteger(NICE_PROPERTY, NICE), 0, ScheduledThread.NICEST);
        if (nice == 0) {
            return;
        }
        try {
            lower(nice);
        } catch (IOException | RuntimeException e) {
            log().warn("the compiler's threads keep their priority: {}", e.toString());
        }
    }

    private static void lower(int nice) throws IOException {
        List<ScheduledThread> threads = ScheduledThread.all();
        if (threads.isEmpty()) {
            return;
        }
        ScheduledThread.SetPriority priority = ScheduledThread.SetPriority.system();
        for (ScheduledThread thread : threads) {
            if (thread.optimises()) {
                int wanted = Math.min(ScheduledThread.NICEST, thread.niceness() + nice);
                if (!priority.set(thread, wanted)) {
                    log().warn(
                                    "the compiler's thread {} keeps its priority: the system refused {}",
                                    thread.id(),
                                    wanted);
                }
            }
        }
    }

    /** From now on their waiting is counted. */
    static CompilerThreads watch() {
        return new CompilerThreads(Duration.ofMillis(Long.getLong(PATIENCE_PROPERTY, PATIENCE.toMillis())));
    }

    /** Looks whether they have waited for long enough, and gives them their usual share then; called now and then. */
    void look() {
        if (waiting.isPresent() && waited(waiting.get()) >= patience) {
            waiting = Optional.empty();
            try {
                log().debug(
                                "the optimising compiler has waited for long enough: {}",
                                share(SchedulingGroup.own().isOurs()));
            } catch (IOException | RuntimeException e) {
                log().warn("the compiler's threads keep their low priority: {}", e.toString());
            }
        }
    }

    /** Where the system does not count it, all time may have been waiting. */
    private long waited(ScheduledThread thread) {
        long waited = thread.waitedNanos();
        return waited == 0 ? System.nanoTime() - startNanos : waited - startWaited;
    }

    /** The first of those that are nicer than the rest: it lives as long as the process. */
    private static Optional<ScheduledThread> yielding() {
        try {
            List<ScheduledThread> all = ScheduledThread.all();
            int usual = usual(all).orElse(ScheduledThread.NICEST);
            return all.stream()
                    .filter(thread -> thread.optimises() && thread.niceness() > usual)
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            log().warn("the compiler's threads keep their priority: {}", e.toString());
            return Optional.empty();
        }
    }

    private static OptionalInt usual(List<ScheduledThread> all) {
        return all.stream()
                .filter(thread -> !thread.optimises())
                .mapToInt(ScheduledThread::niceness)
                .min();
    }

    /**
     * Makes all threads of the process equal. A niceness that was raised cannot be lowered without a privilege
     * ({@code CAP_SYS_NICE} or {@code RLIMIT_NICE}); without it all others can become as nice, which is the same among themselves.
     *
     * @param alone whether nobody else sees their niceness
     * @return what came of it, for people
     */
    static String share(boolean alone) throws IOException {
        List<ScheduledThread> all = ScheduledThread.all();
        int usual = usual(all).orElse(0);
        int yielding = all.stream().mapToInt(ScheduledThread::niceness).max().orElse(usual);
        ScheduledThread.SetPriority priority = ScheduledThread.SetPriority.system();
        // Also threads of the quick one, which the optimising one started.
        boolean back = all.stream()
                .filter(thread -> thread.niceness() > usual)
                .allMatch(thread -> priority.set(thread, usual) || hasEnded(thread));
        if (back) {
            return "it has niceness " + usual + " again";
        }
        if (!alone) {
            return "it keeps niceness " + yielding
                    + ", the system allows no less, and other processes share the CPU with this one";
        }
        // Threads that were started meanwhile have the niceness of those that started them.
        for (int i = 0; i < PASSES; i++) {
            ScheduledThread.all().stream()
                    .filter(thread -> thread.niceness() < yielding)
                    .forEach(thread -> priority.set(thread, yielding));
        }
        return "all threads have niceness " + yielding
                + " now, the system allows no less, and no other process sees it";
    }

    private static boolean hasEnded(ScheduledThread thread) {
        return !thread.folder().toFile().exists();
    }

    /** Made only where there is something to say: logging is not set up when some of this runs. */
    private static Logger log() {
        return LoggerFactory.getLogger(CompilerThreads.class);
    }
}
