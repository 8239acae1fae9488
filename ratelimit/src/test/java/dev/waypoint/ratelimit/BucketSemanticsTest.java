package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.ratelimit.Verdict.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketSemanticsTest {

    private final ManualClock clock = new ManualClock();
    private final LimitTables tables = new LimitTables(clock);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "per second,               10, PT1S,       10, PT3S,        10",
        "burst above the rate,     10, PT1S,      100, PT1H,       100",
        "burst below the rate,    100, PT1S,        5, PT1H,         5",
        "sub-second period,         3, PT0.1S,      3, PT10S,        3",
        "a millisecond,             7, PT0.001S,    7, PT1S,         7",
        "per day,              100000, PT24H,     250, PT48H,      250",
        "per year,                 12, PT8784H,    12, PT17568H,    12",
        "odd fractions,             7, PT13S,      11, PT1H,        11",
        "large numbers,    1000000000, PT720H, 100000, PT1H,    100000",
    })
    void afterIdlenessABurstIsExactlyTheBurst(
            String name, long requests, Duration period, long burst, Duration idle, long admitted) {
        Limiter limiter = limiter(Limit.of("a", new Rate(requests, period, burst)));
        assertThat(drain(limiter)).as("at the start").isEqualTo(admitted);
        clock.advance(idle);
        assertThat(drain(limiter)).as("after idling").isEqualTo(admitted);
        clock.advance(idle.multipliedBy(100));
        assertThat(drain(limiter)).as("after idling very long").isEqualTo(admitted);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ten a second,           10, PT1S,     100000000",
        "three a second,          3, PT1S,     333333334",
        "ten in a minute,        10, PT1M,    6000000000",
        "seven in 100 ms,         7, PT0.1S,    14285715",
        "one a day,               1, PT24H, 86400000000000",
        "a million a day,   1000000, PT24H,     86400000",
    })
    void tokensComeBackOneByOneAndNotInSteps(String name, long requests, Duration period, long nanosPerToken) {
        Limiter limiter = limiter(Limit.of("a", Rate.of(requests, period)));
        drain(limiter);
        clock.advanceNanos(nanosPerToken - 1);
        Decision early = limiter.decide(LimitKey.SHARED);
        assertThat(early).isInstanceOf(Decision.Limited.class);
        assertThat(early.verdicts().getFirst().retryNanos()).isEqualTo(1);
        clock.advanceNanos(1);
        assertThat(drain(limiter)).isEqualTo(1);
    }

    @Test
    void theLongRunRateIsExactHoweverTimeIsCut() {
        Limiter limiter = limiter(Limit.of("a", new Rate(3, Duration.ofSeconds(1), 5)));
        long admitted = drain(limiter);
        for (int i = 0; i < 100_000; i++) {
            clock.advanceNanos(10_000_019);
            admitted += drain(limiter);
        }
        // The burst, then 3 a second for 100 000 steps of 10.000019 ms, rounded down.
        assertThat(admitted).isEqualTo(5 + 3 * 100_000L * 10_000_019 / 1_000_000_000);
    }

    @Test
    void aClockThatStepsBackNeitherMintsNorWithholdsTokens() {
        Limiter limiter = limiter(Limit.of("a", Rate.of(10, Duration.ofSeconds(1))));
        drain(limiter);
        clock.advance(Duration.ofMillis(500));
        assertThat(drain(limiter)).isEqualTo(5);
        clock.advance(Duration.ofHours(-1));
        assertThat(drain(limiter)).as("at the step back").isZero();
        clock.advance(Duration.ofMillis(300));
        assertThat(drain(limiter)).as("time goes on from the step").isEqualTo(3);
        clock.advance(Duration.ofMillis(-300));
        assertThat(drain(limiter)).as("to and fro").isZero();
        clock.advance(Duration.ofMillis(300));
        assertThat(drain(limiter))
                .as("the step is not known to be the same time again")
                .isEqualTo(3);
    }

    @Test
    void aCostTakesThatManyTokensAndSaysHowLongToWait() {
        Limiter limiter =
                limiter(Limit.of("a", Rate.of(10, Duration.ofSeconds(1))).withCost(4));
        assertThat(drain(limiter)).isEqualTo(2);
        Decision.Limited refused = (Decision.Limited) limiter.decide(LimitKey.SHARED);
        assertThat(refused.refusal().remaining()).isEqualTo(2);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(200));
        assertThat(refused.refusal().resetAfter()).isEqualTo(Duration.ofMillis(800));
        assertThat(refused.refusal().nextNanos())
                .isEqualTo(Duration.ofMillis(100).toNanos());
    }

    @Test
    void aRefusedRequestTakesNothingFromAnyBucket() {
        LimitTable wide = table(Limit.of("wide", Rate.of(100, Duration.ofSeconds(1))));
        LimitTable narrow = table(Limit.of("narrow", Rate.of(2, Duration.ofSeconds(1))));
        LimitTable watched =
                table(Limit.of("watched", Rate.of(50, Duration.ofSeconds(1))).withMode(Limit.Mode.SHADOW));
        Limiter limiter = tables.limiter(List.of(wide, narrow, watched));
        Subject[] all = {LimitKey.SHARED, LimitKey.SHARED, LimitKey.SHARED};
        for (int i = 0; i < 30; i++) {
            limiter.decide(all);
        }
        assertThat(wide.tokens(LimitKey.SHARED)).hasValue(98);
        assertThat(narrow.tokens(LimitKey.SHARED)).hasValue(0);
        assertThat(watched.tokens(LimitKey.SHARED)).hasValue(48);
        Decision.Limited refused = (Decision.Limited) limiter.decide(all);
        assertThat(refused.verdicts())
                .extracting(Verdict::outcome)
                .containsExactly(Outcome.PASSED, Outcome.LIMITED, Outcome.PASSED);
        assertThat(refused.refusal().limit().name()).isEqualTo("narrow");
        assertThat(narrow.stats())
                .extracting(LimitStats::admitted, LimitStats::limited)
                .containsExactly(2L, 29L);
        assertThat(wide.stats())
                .extracting(LimitStats::admitted, LimitStats::limited)
                .containsExactly(2L, 0L);
    }

    @Test
    void aShadowLimitCountsAndNeverRefuses() {
        LimitTable shadow =
                table(Limit.of("shadow", Rate.of(2, Duration.ofSeconds(1))).withMode(Limit.Mode.SHADOW));
        LimitTable real = table(Limit.of("real", Rate.of(5, Duration.ofSeconds(1))));
        Limiter limiter = tables.limiter(List.of(shadow, real));
        for (int i = 0; i < 5; i++) {
            Decision decision = limiter.decide(LimitKey.SHARED, LimitKey.SHARED);
            assertThat(decision).isInstanceOf(Decision.Admitted.class);
            assertThat(decision.verdicts().getFirst().outcome())
                    .isEqualTo(i < 2 ? Outcome.PASSED : Outcome.SHADOW_LIMITED);
            assertThat(decision.tightest().orElseThrow().limit().name()).isEqualTo("real");
        }
        assertThat(limiter.decide(LimitKey.SHARED, LimitKey.SHARED)).isInstanceOf(Decision.Limited.class);
        assertThat(shadow.stats())
                .extracting(LimitStats::admitted, LimitStats::limited, LimitStats::shadowLimited)
                .containsExactly(2L, 0L, 4L);
    }

    @Test
    void aMissingKeyIsSharedSkippedOrRejectedAsTheCallerSays() {
        Limit perTenant =
                Limit.of("tenant", Rate.of(1, Duration.ofSeconds(1))).withKeys(KeyShape.of("header x-tenant"));
        LimitTable table = table(perTenant);
        Limiter limiter = tables.limiter(List.of(table));
        assertThat(limiter.decide(LimitKey.of("a"))).isInstanceOf(Decision.Admitted.class);
        assertThat(limiter.decide(LimitKey.of("b"))).isInstanceOf(Decision.Admitted.class);
        assertThat(limiter.decide(LimitKey.SHARED)).isInstanceOf(Decision.Admitted.class);
        assertThat(limiter.decide(LimitKey.SHARED)).isInstanceOf(Decision.Limited.class);
        assertThat(limiter.decide(LimitKey.of("")))
                .as("an empty value is a value")
                .isInstanceOf(Decision.Admitted.class);
        assertThat(limiter.decide(Subject.Absent.SKIP).verdicts().getFirst().outcome())
                .isEqualTo(Outcome.SKIPPED);
        Decision rejected = limiter.decide(Subject.Absent.REJECT);
        assertThat(rejected).isInstanceOf(Decision.Limited.class);
        assertThat(((Decision.Limited) rejected).retryAfter()).isZero();
        assertThat(rejected.tightest()).isEmpty();
    }

    @Test
    void aMissingKeyRejectsBeforeAnythingIsTakenAndNotInShadow() {
        Rate rate = Rate.of(10, Duration.ofSeconds(1));
        LimitTable other = table(Limit.of("other", rate));
        LimitTable keyed = table(Limit.of("keyed", rate).withKeys(KeyShape.of("x")));
        LimitTable shadow =
                table(Limit.of("shadow", rate).withKeys(KeyShape.of("x")).withMode(Limit.Mode.SHADOW));
        Limiter limiter = tables.limiter(List.of(other, keyed, shadow));
        assertThat(limiter.decide(LimitKey.SHARED, Subject.Absent.REJECT, LimitKey.of("k")))
                .isInstanceOf(Decision.Limited.class);
        assertThat(other.tokens(LimitKey.SHARED)).hasValue(10);
        assertThat(shadow.tokens(LimitKey.of("k"))).hasValue(10);
        Decision shadowed = limiter.decide(LimitKey.SHARED, LimitKey.of("k"), Subject.Absent.REJECT);
        assertThat(shadowed).isInstanceOf(Decision.Admitted.class);
        assertThat(shadowed.verdicts().getLast().outcome()).isEqualTo(Outcome.SHADOW_LIMITED);
        assertThat(shadow.stats().shadowLimited()).isEqualTo(1);
    }

    @Test
    void wrongUseIsRefusedWithTheReason() {
        LimitTable table = table(Limit.of("a", Rate.of(1, Duration.ofSeconds(1))));
        assertThatThrownBy(() -> tables.limiter(List.of(table, table))).hasMessageContaining("twice");
        assertThatThrownBy(() -> new LimitTables(clock).limiter(List.of(table))).hasMessageContaining("other tables");
        assertThatThrownBy(() -> tables.limiter(List.of(table)).decide())
                .hasMessage("got 0 subjects, expected one for each of 1 limits");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "no requests,          0, PT1S,     1, 1,       10, requests is 0",
        "too many requests, 1000000001, PT1S, 1, 1,     10, requests is 1000000001",
        "no burst,             1, PT1S,     0, 1,       10, burst is 0",
        "period too short,     1, PT0.0009S, 1, 1,      10, period is PT0.0009S",
        "period too long,      1, PT8785H,  1, 1,       10, period is PT8785H",
        "negative period,      1, PT-1S,    1, 1,       10, period is PT-1S",
        "no cost,              1, PT1S,     1, 0,       10, cost of limit a is 0",
        "cost above the burst, 1, PT1S,     3, 4,       10, 'cost of limit a is 4, expected 1 to 3'",
        "no keys,              1, PT1S,     1, 1,        0, maxKeys of limit a is 0",
        "too many keys,        1, PT1S,     1, 1,  1000001, maxKeys of limit a is 1000001",
    })
    void limitsOutOfBoundsAreRefused(
            String name, long requests, Duration period, long burst, long cost, int maxKeys, String message) {
        assertThatThrownBy(() -> Limit.of("a", new Rate(requests, period, burst))
                        .withCost(cost)
                        .withMaxKeys(maxKeys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesMustFitAHeader() {
        Rate rate = Rate.of(1, Duration.ofSeconds(1));
        for (String name : List.of("", "a\nb", "gr\u00fc\u00dfe", "x".repeat(254))) {
            assertThatThrownBy(() -> Limit.of(name, rate)).hasMessageContaining("printable ASCII");
        }
    }

    private LimitTable table(Limit limit) {
        return tables.acquire(limit.name(), limit);
    }

    private Limiter limiter(Limit limit) {
        return tables.limiter(List.of(table(limit)));
    }

    private static long drain(Limiter limiter) {
        long admitted = 0;
        while (limiter.decide(LimitKey.SHARED) instanceof Decision.Admitted) {
            admitted++;
        }
        return admitted;
    }
}
