package dev.waypoint.ratelimit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures what a decision costs, with the making of its key. Not a test: run {@code main} by hand, and compare only with
 * another run on the same machine.
 */
public final class LimiterCost {

    private static final int KEYS = 5_000;
    private static final int ROUNDS = 5;
    private static final int DECISIONS = 3_000_000;

    private record Usage(long nanos, long bytes) {}

    private LimiterCost() {}

    public static void main(String[] args) throws InterruptedException {
        for (String scenario : List.of("one shared", "one keyed", "four keyed", "refused", "scan")) {
            measure(scenario, 1);
        }
        measure("one shared", 4);
        measure("one keyed", 4);
    }

    private static void measure(String scenario, int threads) throws InterruptedException {
        LimitTables tables = new LimitTables(NanoClock.system());
        Rate rate = scenario.equals("refused")
                ? new Rate(1, Duration.ofDays(1), 1)
                : new Rate(1_000_000, Duration.ofDays(1), 1_000_000_000);
        int count = scenario.equals("four keyed") ? 4 : 1;
        List<LimitTable> limits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Limit limit = Limit.of("limit-" + i, rate);
            limits.add(
                    tables.acquire(i, scenario.equals("one shared") ? limit : limit.withKeys(KeyShape.of("client"))));
        }
        Limiter limiter = tables.limiter(limits);
        for (int round = 0; round < ROUNDS; round++) {
            int current = round;
            List<Thread> workers = new ArrayList<>();
            Usage[] usages = new Usage[threads];
            for (int t = 0; t < threads; t++) {
                int id = t;
                Thread worker = new Thread(() -> usages[id] = run(limiter, scenario, count, current));
                workers.add(worker);
                worker.start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
            if (round == ROUNDS - 1) {
                System.out.printf(
                        "%-12s %d threads: %6.1f ns of CPU and %4d bytes a decision; %s%n",
                        scenario,
                        threads,
                        Stream.of(usages).mapToLong(Usage::nanos).average().orElseThrow() / DECISIONS,
                        usages[0].bytes() / DECISIONS,
                        limits.getFirst().stats());
            }
        }
    }

    private static Usage run(Limiter limiter, String scenario, int count, int round) {
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String[] clients = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            clients[i] = "10.0." + i / 256 + "." + i % 256;
        }
        Subject[] subjects = new Subject[count];
        Usage before = new Usage(bean.getCurrentThreadCpuTime(), bean.getCurrentThreadAllocatedBytes());
        long admitted = 0;
        for (int i = 0; i < DECISIONS; i++) {
            for (int k = 0; k < count; k++) {
                subjects[k] = switch (scenario) {
                    case "one shared" -> LimitKey.SHARED;
                    case "scan" -> LimitKey.of("scan-" + round + "-" + i);
                    default -> LimitKey.of(clients[(int) (((i * 2_654_435_761L) >>> 7) % KEYS)]);
                };
            }
            boolean passes = limiter.admits(subjects) || limiter.decide(subjects) instanceof Decision.Admitted;
            admitted += passes ? 1 : 0;
        }
        if (admitted < 0) {
            throw new IllegalStateException("never");
        }
        return new Usage(
                bean.getCurrentThreadCpuTime() - before.nanos(),
                bean.getCurrentThreadAllocatedBytes() - before.bytes());
    }
}
