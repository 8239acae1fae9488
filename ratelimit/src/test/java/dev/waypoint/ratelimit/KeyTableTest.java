package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTableTest {

    private static final Rate TEN_A_DAY = Rate.of(10, Duration.ofDays(1));

    private final ManualClock clock = new ManualClock();
    private final LimitTables tables = new LimitTables(clock);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "quiet during the scan,        10, 10000,       0",
        "almost drained,                9, 10000,       0",
        "used twice only,               2, 10000,       0",
        "tries now and then,           10, 10000,  100000",
        "tries all the time,           10, 10000,      10",
        "tries every 10 000,           10,  1000,   10000",
        "tries every 1000,             10,  1000,    1000",
        "small table,                  10,   100,  100000",
        "smallest table that holds it, 10,     2,       0",
    })
    void aScanOfAMillionKeysDoesNotResetABucket(String name, int used, int maxKeys, int tryEvery) {
        LimitTable table = keyed(TEN_A_DAY, maxKeys);
        Limiter limiter = tables.limiter(List.of(table));
        LimitKey attacker = LimitKey.of("attacker");
        for (int i = 0; i < used; i++) {
            assertThat(limiter.decide(attacker)).isInstanceOf(Decision.Admitted.class);
        }
        Random random = new Random(7);
        for (int i = 0; i < 1_000_000; i++) {
            clock.advanceNanos(1_000);
            limiter.decide(LimitKey.of(Long.toHexString(random.nextLong())));
            if (tryEvery > 0 && i % tryEvery == 0) {
                assertThat(limiter.decide(attacker)).isInstanceOf(Decision.Limited.class);
            }
        }
        assertThat(table.tokens(attacker)).hasValue(10 - used);
        assertThat(table.stats().keys()).isEqualTo(maxKeys);
        assertThat(table.stats().evictions()).isEqualTo(1_000_001 - maxKeys);
    }

    @Test
    void newcomersReplaceEachOtherAndNotTheDrained() {
        LimitTable table = keyed(TEN_A_DAY, 1_000);
        Limiter limiter = tables.limiter(List.of(table));
        for (int i = 0; i < 1_000; i++) {
            drain(limiter, LimitKey.of("drained-" + i));
        }
        for (int i = 0; i < 100_000; i++) {
            clock.advanceNanos(1);
            limiter.decide(LimitKey.of("new-" + i));
        }
        long kept = table.top(2_000).stream().filter(use -> use.used() == 10).count();
        assertThat(kept).isEqualTo(999);
    }

    /** Ranks lag behind for all keys here, so eviction has to put them right on its way. */
    @Test
    void keysInUseSurviveThoseThatWereUsedOnce() {
        LimitTable table = keyed(Rate.of(100, Duration.ofDays(1)), 500);
        Limiter limiter = tables.limiter(List.of(table));
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 250; i++) {
                limiter.decide(LimitKey.of("busy-" + i));
            }
        }
        for (int i = 0; i < 5_000; i++) {
            clock.advanceNanos(1);
            limiter.decide(LimitKey.of("once-" + i));
        }
        for (int i = 0; i < 250; i++) {
            assertThat(table.tokens(LimitKey.of("busy-" + i))).hasValue(95);
        }
    }

    @Test
    void bucketsThatAreFullAgainGoWithoutCountingAsEvictions() {
        LimitTable table = keyed(Rate.of(1, Duration.ofSeconds(1)), 10_000);
        Limiter limiter = tables.limiter(List.of(table));
        for (int i = 0; i < 5_000; i++) {
            limiter.decide(LimitKey.of("rush-" + i));
        }
        assertThat(table.stats().keys()).isEqualTo(5_000);
        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 2_600; i++) {
            limiter.decide(LimitKey.of("later-" + i));
        }
        assertThat(table.stats().keys()).isEqualTo(2_600);
        assertThat(table.stats().evictions()).isZero();
    }

    @Test
    void theHeaviestKeysComeFirst() {
        LimitTable table = keyed(TEN_A_DAY, 100);
        Limiter limiter = tables.limiter(List.of(table));
        use(limiter, "light", 1);
        use(limiter, "flood", 500);
        use(limiter, "heavy", 9);
        use(limiter, "drained", 10);
        assertThat(table.top(3))
                .containsExactly(
                        new KeyUse(LimitKey.of("flood"), 10, 10, 10, 490),
                        new KeyUse(LimitKey.of("drained"), 10, 10, 10, 0),
                        new KeyUse(LimitKey.of("heavy"), 9, 10, 9, 0));
        clock.advance(Duration.ofDays(1));
        assertThat(table.top(10)).extracting(KeyUse::used).containsOnly(0L);
    }

    /** Buckets are evicted under the feet of those that have just found them; all that must hold is the bound. */
    @Test
    @Timeout(30)
    void evictionUnderManyThreadsKeepsTheBoundAndEnds() throws Exception {
        LimitTable first = keyed(TEN_A_DAY, 3);
        LimitTable second = tables.acquire(
                "second",
                Limit.of("second", TEN_A_DAY).withKeys(KeyShape.of("k")).withMaxKeys(2));
        List<Limiter> limiters =
                List.of(tables.limiter(List.of(first, second)), tables.limiter(List.of(second, first)));
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(t);
            work.add(() -> {
                for (int i = 0; i < 20_000; i++) {
                    limiters.get(i % 2)
                            .decide(LimitKey.of("a" + random.nextInt(6)), LimitKey.of("b" + random.nextInt(6)));
                    if (first.stats().keys() > 3 || second.stats().keys() > 2) {
                        return false;
                    }
                }
                return true;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    private LimitTable keyed(Rate rate, int maxKeys) {
        return tables.acquire(
                "keyed", Limit.of("keyed", rate).withKeys(KeyShape.of("k")).withMaxKeys(maxKeys));
    }

    private static void use(Limiter limiter, String key, int times) {
        for (int i = 0; i < times; i++) {
            limiter.decide(LimitKey.of(key));
        }
    }

    private static void drain(Limiter limiter, LimitKey key) {
        while (limiter.decide(key) instanceof Decision.Admitted) {
            assertThat(limiter.limits()).hasSize(1);
        }
    }
}
