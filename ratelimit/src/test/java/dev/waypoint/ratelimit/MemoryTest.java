package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients choose keys, so their number must not decide about memory. */
class MemoryTest {

    private static final int HELD = Limit.MOST_KEYS;
    private static final int KEYS = 2_500_000;
    private static final long MOST_BYTES_FOR_A_KEY = 180;

    @Test
    void aMillionKeysAreHeldInABoundedMemoryHoweverManyCome() {
        LimitTables tables = new LimitTables(new ManualClock());
        LimitTable table = tables.acquire(
                "a",
                Limit.of("a", Rate.of(100, Duration.ofHours(1)))
                        .withKeys(KeyShape.of("header x"))
                        .withMaxKeys(HELD));
        Limiter limiter = tables.limiter(List.of(table));
        long empty = used();
        ask(limiter, 0, HELD);
        long full = used();
        ask(limiter, HELD, KEYS);
        long after = used();
        assertThat(table.keys()).isEqualTo(HELD);
        assertThat((full - empty) / HELD).as("bytes for a key").isLessThan(MOST_BYTES_FOR_A_KEY);
        assertThat(after - empty).isLessThan(HELD * MOST_BYTES_FOR_A_KEY);
        assertThat(table.stats().admitted()).isEqualTo(KEYS);
    }

    private static void ask(Limiter limiter, int from, int to) {
        for (int i = from; i < to; i++) {
            limiter.decide(LimitKey.of("client-" + i));
        }
    }

    /** What is reachable; the lowest of some readings, because collections may be put off. */
    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
