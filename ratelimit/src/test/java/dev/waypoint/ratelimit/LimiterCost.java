package dev.waypoint.ratelimit;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what a decision costs. Not a test: run {@code main} by hand on a quiet machine and compare with an earlier run.
 */
public final class LimiterCost {

    private static final int KEYS = 5_000;
    private static final int ROUNDS = 5;
    private static final int DECISIONS = 3_000_000;

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
            long[] allocated = new long[threads];
            long start = System.nanoTime();
            for (int t = 0; t < threads; t++) {
                int id = t;
                Thread worker = new Thread(() -> allocated[id] = run(limiter, scenario, count, current));
                workers.add(worker);
                worker.start();
            }
            for (Thread worker : workers) {
                worker.join();
            }
            double nanos = (System.nanoTime() - start) / (double) DECISIONS;
            if (round == ROUNDS - 1) {
                System.out.printf(
                        "%-12s %d threads: %6.1f ns and %4d bytes a decision, per thread %6.1f ns; %s%n",
                        scenario,
                        threads,
                        nanos / threads,
                        allocated[0] / DECISIONS,
                        nanos,
                        limits.getFirst().stats());
            }
        }
    }

    private static long run(Limiter limiter, String scenario, int count, int round) {
        var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = bean.getCurrentThreadAllocatedBytes();
        String[] clients = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            clients[i] = "10.0." + i / 256 + "." + i % 256;
        }
        Subject[] subjects = new Subject[count];
        long admitted = 0;
        for (int i = 0; i < DECISIONS; i++) {
            for (int k = 0; k < count; k++) {
                subjects[k] = switch (scenario) {
                    case "one shared" -> LimitKey.SHARED;
                    case "scan" -> LimitKey.of("scan-" + round + "-" + i);
                    default -> LimitKey.of(clients[(int) (((i * 2_654_435_761L) >>> 7) % KEYS)]);
                };
            }
            admitted += limiter.decide(subjects) instanceof Decision.Admitted ? 1 : 0;
        }
        if (admitted < 0) {
            throw new IllegalStateException("never");
        }
        return bean.getCurrentThreadAllocatedBytes() - before;
    }
}
