package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ratelimit.Verdict.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions of many threads behave as if made one after another. */
@Timeout(60)
class ConcurrencyTest {

    private static final int THREADS = 8;
    private static final Duration LONG = Duration.ofDays(300);

    private final ManualClock clock = new ManualClock();
    private final LimitTables tables = new LimitTables(clock);

    /** The case that taking in turn and giving back gets wrong: refused requests must be invisible to their neighbours. */
    @RepeatedTest(20)
    void refusedRequestsDoNotCostTheirNeighboursATokenEvenForAMoment() throws Exception {
        int neighbours = 4_000;
        LimitTable shared = table("shared", neighbours);
        LimitTable empty = table("empty", 1);
        tables.limiter(List.of(empty)).decide(LimitKey.SHARED);
        Limiter both = tables.limiter(List.of(shared, empty));
        Limiter one = tables.limiter(List.of(shared));
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < THREADS - 2; t++) {
            work.add(() -> {
                long admitted = 0;
                while (!done.get()) {
                    admitted += admits(both, LimitKey.SHARED, LimitKey.SHARED);
                }
                return admitted;
            });
        }
        for (int t = 0; t < 2; t++) {
            work.add(() -> {
                long refused = 0;
                for (int i = 0; i < neighbours / 2; i++) {
                    refused += 1 - admits(one, LimitKey.SHARED);
                }
                done.set(true);
                return refused;
            });
        }
        // The first neighbour to end stops the load; the other one goes on without it, which is harmless.
        assertThat(run(work)).containsOnly(0L);
        assertThat(shared.tokens(LimitKey.SHARED)).hasValue(0);
    }

    /**
     * Time stands still, so a limit that refused once can never have tokens again; and what is missing at the end must be
     * what admitted requests took. Limiters name their limits in random orders, which would deadlock if locks followed.
     */
    @RepeatedTest(10)
    void tokensAreConservedAndEveryRefusalWasJust() throws Exception {
        List<LimitTable> limits = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            limits.add(table("limit-" + i, 500 + 700L * i));
        }
        long[][] taken = new long[THREADS][limits.size()];
        boolean[][] refused = new boolean[THREADS][limits.size()];
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int id = t;
            work.add(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int i = 0; i < 3_000; i++) {
                    askSome(limits, random, taken[id], refused[id]);
                }
                return 0L;
            });
        }
        run(work);
        for (int i = 0; i < limits.size(); i++) {
            long missing = 0;
            boolean wasRefused = false;
            for (int t = 0; t < THREADS; t++) {
                missing += taken[t][i];
                wasRefused |= refused[t][i];
            }
            long left = limits.get(i).tokens(LimitKey.SHARED).orElseThrow();
            assertThat(left).as("tokens of limit %d", i).isEqualTo(500 + 700L * i - missing);
            assertThat(wasRefused && left > 0)
                    .as("limit %d refused with tokens left", i)
                    .isFalse();
            assertThat(limits.get(i).stats().admitted()).isEqualTo(missing);
        }
    }

    private void askSome(List<LimitTable> limits, Random random, long[] taken, boolean[] refused) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            if (random.nextBoolean()) {
                chosen.add(random.nextInt(chosen.size() + 1), i);
            }
        }
        Limiter limiter = tables.limiter(chosen.stream().map(limits::get).toList());
        Subject[] subjects = new Subject[chosen.size()];
        Arrays.fill(subjects, LimitKey.SHARED);
        if (random.nextBoolean() && limiter.admits(subjects)) {
            chosen.forEach(i -> taken[i]++);
            return;
        }
        Decision decision = limiter.decide(subjects);
        for (int k = 0; k < chosen.size(); k++) {
            switch (decision) {
                case Decision.Admitted admitted -> taken[chosen.get(k)]++;
                case Decision.Pending pending -> throw new AssertionError(pending);
                case Decision.Limited limited ->
                    refused[chosen.get(k)] |= limited.verdicts().get(k).outcome() == Outcome.LIMITED;
            }
        }
    }

    /** No window sees more than burst and refill; no token is lost either. */
    @RepeatedTest(5)
    void noWindowAdmitsMoreThanTheBoundAndNothingIsWithheld() throws Exception {
        Rate rate = new Rate(1_000, Duration.ofSeconds(1), 50);
        Limiter limiter = tables.limiter(List.of(tables.acquire("a", Limit.of("a", rate))));
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<List<long[]>>> work = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            work.add(() -> {
                List<long[]> admitted = new ArrayList<>();
                while (!done.get()) {
                    long before = clock.nanos();
                    if (admits(limiter, LimitKey.SHARED) == 1) {
                        admitted.add(new long[] {before, clock.nanos()});
                    }
                }
                return admitted;
            });
        }
        List<long[]> admitted = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<List<long[]>>> running =
                    work.stream().map(threads::submit).toList();
            Random random = new Random(11);
            for (int i = 0; i < 2_000; i++) {
                clock.advanceNanos(random.nextInt(2_000_000));
                Thread.onSpinWait();
                if (i % 10 == 0) {
                    Thread.sleep(0, 100_000);
                }
            }
            done.set(true);
            for (Future<List<long[]>> thread : running) {
                admitted.addAll(thread.get());
            }
        }
        admitted.sort((a, b) -> Long.compare(a[0], b[0]));
        assertWindows(admitted, rate);
    }

    private static void assertWindows(List<long[]> admitted, Rate rate) {
        long perToken = rate.period().toNanos() / rate.requests();
        for (int from = 0; from < admitted.size(); from += 7) {
            long start = admitted.get(from)[0];
            long surely = 0;
            long end = start;
            for (int to = from; to < Math.min(admitted.size(), from + 400); to++) {
                end = Math.max(end, admitted.get(to)[1]);
                surely++;
                assertThat(surely)
                        .as("admitted from %d to %d ns", start, end)
                        .isLessThanOrEqualTo(rate.burst() + (end - start) / perToken + 1);
            }
        }
    }

    @Test
    void saturatedFromManyThreadsALimitAdmitsExactlyItsBound() throws Exception {
        Rate rate = new Rate(3, Duration.ofMillis(7), 20);
        LimitTable table = tables.acquire("a", Limit.of("a", rate).withKeys(KeyShape.of("k")));
        Limiter limiter = tables.limiter(List.of(table));
        long admitted = 0;
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            List<Callable<Long>> work = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                work.add(() -> {
                    long mine = 0;
                    for (int i = 0; i < 10; i++) {
                        mine += admits(limiter, LimitKey.of("k"));
                    }
                    return mine;
                });
            }
            admitted += run(work).stream().mapToLong(Long::longValue).sum();
            clock.advance(Duration.ofMillis(5));
        }
        assertThat(admitted).isEqualTo(20 + (rounds - 1) * 5 * 3 / 7);
    }

    /** The period changes all the time, the burst does not: so no token may come or go. */
    @Test
    void reconfigurationUnderLoadKeepsTokens() throws Exception {
        Limit slow = Limit.of("a", new Rate(1, LONG, 50_000)).withKeys(KeyShape.of("k"));
        Limit slower = slow.withRate(new Rate(1, Duration.ofDays(366), 50_000)).withMaxKeys(77);
        LimitTable table = tables.acquire("a", slow);
        Limiter limiter = tables.limiter(List.of(table));
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            work.add(() -> {
                long admitted = 0;
                for (int i = 0; i < 10_000; i++) {
                    admitted += admits(limiter, LimitKey.of("k"));
                }
                return admitted;
            });
        }
        work.add(() -> {
            for (int i = 0; i < 2_000; i++) {
                tables.acquire("a", i % 2 == 0 ? slower : slow);
            }
            return 0L;
        });
        assertThat(run(work).stream().mapToLong(Long::longValue).sum()).isEqualTo(50_000);
    }

    /**
     * Everything at once: asking in both ways, keys that come and go so that the table grows, evicts and shrinks, changes of the period
     * and of the number of replicas, a look at the heaviest keys, and tables let go and taken again as a reload does. Time stands still,
     * so a key that was used up can never be admitted again, whoever makes room for whom, and a key with tokens left cannot be refused.
     */
    @RepeatedTest(3)
    void aUsedUpKeyStaysUsedUpWhateverElseHappens() throws Exception {
        Limit limit = Limit.of("a", new Rate(1, LONG, 12))
                .withKeys(KeyShape.of("k"))
                .withScope(Limit.Scope.DIVIDED)
                .withMaxKeys(3_000);
        LimitTable table = tables.acquire("a", limit);
        Limiter limiter = tables.limiter(List.of(table));
        int hot = 50;
        for (int i = 0; i < hot; i++) {
            while (limiter.decide(LimitKey.of("hot-" + i)) instanceof Decision.Admitted) {
                assertThat(table.stats().keys()).isLessThanOrEqualTo(hot);
            }
        }
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            String scan = "scan-" + t + "-";
            work.add(() -> {
                long wrong = 0;
                for (int i = 0; i < 30_000; i++) {
                    wrong += 1 - admits(limiter, LimitKey.of(scan + i));
                }
                done.set(true);
                return wrong;
            });
        }
        for (int t = 0; t < 3; t++) {
            work.add(() -> {
                long wrong = 0;
                for (int i = 0; !done.get(); i++) {
                    wrong += admits(limiter, LimitKey.of("hot-" + i % hot));
                }
                return wrong;
            });
        }
        work.add(() -> {
            for (int i = 0; !done.get(); i++) {
                Duration period = i % 2 == 0 ? LONG : Duration.ofDays(366);
                tables.acquire("a", limit.withRate(new Rate(1, period, 12)).withMaxKeys(200 + 900 * (i % 4)));
                tables.release("a", table);
                tables.replicas(1 + i % 3);
            }
            return 0L;
        });
        work.add(() -> {
            long wrong = 0;
            while (!done.get()) {
                wrong += table.top(10).size() > 10 || table.stats().keys() > 3_000 ? 1 : 0;
            }
            return wrong;
        });
        assertThat(run(work)).containsOnly(0L);
        for (int i = 0; i < hot; i++) {
            assertThat(table.tokens(LimitKey.of("hot-" + i))).as("hot-%d", i).hasValue(0);
        }
        assertThat(table.stats().admitted()).isEqualTo(hot * 12 + 90_000);
    }

    /** Each request costs as many tokens as there are replicas at that moment: no change of their number may lose or mint one. */
    @RepeatedTest(5)
    void replicasThatComeAndGoUnderLoadMintNothing() throws Exception {
        LimitTable table =
                tables.acquire("a", Limit.of("a", new Rate(1, LONG, 60_000)).withScope(Limit.Scope.DIVIDED));
        Limiter limiter = tables.limiter(List.of(table));
        tables.replicas(2);
        AtomicBoolean done = new AtomicBoolean();
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            work.add(() -> {
                long admitted = 0;
                for (int refused = 0; refused < 100; refused++) {
                    while (admits(limiter, LimitKey.SHARED) == 1) {
                        admitted++;
                    }
                }
                done.set(true);
                return admitted;
            });
        }
        work.add(() -> {
            for (int i = 0; !done.get(); i++) {
                tables.replicas(2 + i % 3);
            }
            return 0L;
        });
        long admitted = run(work).stream().mapToLong(Long::longValue).sum();
        assertThat(admitted).isBetween(60_000L / 4 - 1, 60_000L / 2);
        assertThat(table.tokens(LimitKey.SHARED).orElseThrow()).isBetween(0L, 3L);
    }

    private LimitTable table(String name, long burst) {
        return tables.acquire(name, Limit.of(name, new Rate(1, LONG, burst)));
    }

    private static long admits(Limiter limiter, Subject... subjects) {
        boolean quick = ThreadLocalRandom.current().nextBoolean() && limiter.admits(subjects);
        return quick || limiter.decide(subjects) instanceof Decision.Admitted ? 1 : 0;
    }

    private static <T> List<T> run(List<Callable<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
            for (Future<T> result : threads.invokeAll(work)) {
                results.add(result.get());
            }
        }
        return results;
    }
}
