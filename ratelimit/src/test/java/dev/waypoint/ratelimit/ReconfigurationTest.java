package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconfigurationTest {

    private static final Limit BASE = Limit.of("a", Rate.of(100, Duration.ofSeconds(100)));

    private final ManualClock clock = new ManualClock();
    private final LimitTables tables = new LimitTables(clock);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "unchanged,             60, 100, PT100S,  100,   40",
        "other rate,            60, 500, PT1S,    100,   40",
        "other period,          60, 100, PT24H,   100,   40",
        "smaller burst,         60, 100, PT100S,   10,    4",
        "larger burst,          60, 100, PT100S, 1000,  400",
        "both,                  60,  10, PT1S,     50,   20",
        "full stays full,        0,  10, PT1S,      7,    7",
        "empty stays empty,    100,  10, PT1S,    700,    0",
        "a burst of one,        60,  10, PT1S,      1,    0",
    })
    void theFillLevelKeepsItsProportion(
            String name, int used, long requests, Duration period, long burst, long tokens) {
        LimitTable table = tables.acquire("id", BASE);
        use(table, used);
        LimitTable again = tables.acquire("id", BASE.withRate(new Rate(requests, period, burst)));
        assertThat(again).isSameAs(table);
        if (used > 0) {
            assertThat(table.tokens(LimitKey.SHARED)).hasValue(tokens);
        }
        assertThat(drain(table)).isEqualTo(tokens);
    }

    @Test
    void changingToAndFroMintsNothing() {
        LimitTable table = tables.acquire("id", BASE);
        use(table, 55);
        for (int i = 1; i <= 500; i++) {
            tables.acquire("id", BASE.withRate(new Rate(1 + i % 7, Duration.ofHours(1), 1 + i * 13 % 37)));
            tables.acquire("id", BASE);
        }
        assertThat(drain(table)).isLessThanOrEqualTo(45);
    }

    @Test
    void whatIsNotTheRateChangesWithoutTouchingCounters() {
        LimitTable table = tables.acquire("id", BASE);
        use(table, 100);
        assertThat(tables.limiter(List.of(table)).decide(LimitKey.SHARED)).isInstanceOf(Decision.Limited.class);
        tables.acquire("id", BASE.withMode(Limit.Mode.SHADOW));
        assertThat(tables.limiter(List.of(table)).decide(LimitKey.SHARED)).isInstanceOf(Decision.Admitted.class);
        tables.acquire("id", BASE.withCost(3));
        clock.advance(Duration.ofSeconds(4));
        assertThat(drain(table)).isEqualTo(1);
        assertThat(table.stats())
                .extracting(LimitStats::admitted, LimitStats::limited, LimitStats::shadowLimited)
                .containsExactly(101L, 2L, 1L);
    }

    @Test
    void otherKeysAreAnotherLimit() {
        LimitTable table = tables.acquire("id", BASE.withKeys(KeyShape.of("client-address/32")));
        LimitTable other = tables.acquire("id", BASE.withKeys(KeyShape.of("client-address/24")));
        assertThat(other).isNotSameAs(table);
        tables.release("id", table);
        assertThat(tables.acquire("id", other.limit()))
                .as("the old table's release is not the new one's")
                .isSameAs(other);
    }

    @Test
    void fewerKeysDropThoseThatAreNearestToFull() {
        Limit keyed = BASE.withKeys(KeyShape.of("k"));
        LimitTable table = tables.acquire("id", keyed);
        Limiter limiter = tables.limiter(List.of(table));
        for (int i = 1; i <= 50; i++) {
            for (int n = 0; n < i; n++) {
                limiter.decide(LimitKey.of("k" + i));
            }
        }
        tables.acquire("id", keyed.withMaxKeys(10));
        assertThat(table.stats())
                .extracting(LimitStats::keys, LimitStats::evictions)
                .containsExactly(10L, 40L);
        assertThat(table.top(50))
                .extracting(KeyUse::used)
                .containsExactly(50L, 49L, 48L, 47L, 46L, 45L, 44L, 43L, 42L, 41L);
    }

    @Test
    void countersLiveAsLongAsSomebodyHoldsThem() {
        LimitTable table = tables.acquire("id", BASE);
        use(table, 10);
        assertThat(tables.acquire("id", BASE)).as("the next snapshot").isSameAs(table);
        tables.release("id", table);
        assertThat(tables.acquire("id", BASE).tokens(LimitKey.SHARED)).hasValue(90);
        tables.release("id", table);
        tables.release("id", table);
        assertThat(tables.size()).isZero();
        assertThat(tables.acquire("id", BASE)).isNotSameAs(table);
    }

    private void use(LimitTable table, int times) {
        Limiter limiter = tables.limiter(List.of(table));
        for (int i = 0; i < times; i++) {
            assertThat(limiter.decide(LimitKey.SHARED)).isInstanceOf(Decision.Admitted.class);
        }
    }

    private long drain(LimitTable table) {
        Limiter limiter = tables.limiter(List.of(table));
        long admitted = 0;
        while (limiter.decide(LimitKey.SHARED) instanceof Decision.Admitted) {
            admitted++;
        }
        return admitted;
    }
}
