package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadersTest {

    private final ManualClock clock = new ManualClock();
    private final LimitTables tables = new LimitTables(clock);

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "whole seconds              | a      |  100 | PT60S   |  100 | '\"a\";q=100;w=60'",
                "a burst of its own         | a      |   50 | PT1S    |  100 | '\"a\";q=50;w=1;waypoint-burst=100'",
                "sub-second                 | a      |   10 | PT0.1S  |   10 | '\"a\";q=100;w=1;waypoint-burst=10'",
                "broken seconds             | a      |    3 | PT1.5S  |    3 | '\"a\";q=4;w=2;waypoint-burst=3'",
                "a day                      | a      | 1000 | PT24H   | 1000 | '\"a\";q=1000;w=86400'",
                "large                      | a      | 1000000000 | PT0.001S | 1 | '\"a\";q=1000000000000;w=1;waypoint-burst=1'",
                "a name that needs escaping | a\"b\\c |   1 | PT1S    |    1 | '\"a\\\"b\\\\c\";q=1;w=1'",
            })
    void aPolicyTellsQuotaAndWindow(
            String row, String name, long requests, Duration period, long burst, String expected) {
        assertThat(DraftHeaders.policy(List.of(Limit.of(name, new Rate(requests, period, burst)))))
                .hasValue(expected);
    }

    @Test
    void policiesAreListedWithoutShadows() {
        Limit first = Limit.of("per-second", Rate.of(5, Duration.ofSeconds(1)));
        Limit shadow = Limit.of("secret", Rate.of(9, Duration.ofSeconds(1))).withMode(Limit.Mode.SHADOW);
        Limit last = Limit.of("per-day", Rate.of(100, Duration.ofDays(1)));
        assertThat(DraftHeaders.policy(List.of(first, shadow, last)))
                .hasValue("\"per-second\";q=5;w=1, \"per-day\";q=100;w=86400");
        assertThat(DraftHeaders.policy(List.of(shadow))).isEmpty();
    }

    /** Two limits: 2 in 4 s, and 100 a day. Requests at the times given, in milliseconds. */
    @Test
    void theTightestLimitIsNamedOverTime() {
        Limiter limiter = limiter(
                Limit.of("short", Rate.of(2, Duration.ofSeconds(4))),
                Limit.of("long", Rate.of(100, Duration.ofDays(1))));
        List<String> told = new ArrayList<>();
        for (long at : List.of(0L, 0L, 0L, 300L, 1_999L, 2_000L)) {
            clock.advanceNanos(at * 1_000_000 - clock.nanos());
            Decision decision = limiter.decide(LimitKey.SHARED, LimitKey.SHARED);
            XRateLimitHeaders x = XRateLimitHeaders.of(decision).orElseThrow();
            told.add(String.join(
                    " ",
                    DraftHeaders.rateLimit(decision).orElseThrow(),
                    x.limit(),
                    x.remaining(),
                    x.reset(),
                    RetryAfter.value(decision).orElse("-")));
        }
        assertThat(told)
                .containsExactly(
                        "\"short\";r=1;t=2 2 1 0 -",
                        "\"short\";r=0;t=2 2 0 2 -",
                        "\"short\";r=0;t=2 2 0 2 2",
                        "\"short\";r=0;t=2 2 0 2 2",
                        "\"short\";r=0;t=1 2 0 1 1",
                        "\"short\";r=0;t=2 2 0 2 -");
    }

    @Test
    void ofSeveralRefusalsTheLongestCounts() {
        Limiter limiter = limiter(
                Limit.of("short", Rate.of(1, Duration.ofSeconds(3))),
                Limit.of("long", Rate.of(1, Duration.ofHours(1))));
        limiter.decide(LimitKey.SHARED, LimitKey.SHARED);
        Decision refused = limiter.decide(LimitKey.SHARED, LimitKey.SHARED);
        assertThat(DraftHeaders.rateLimit(refused)).hasValue("\"long\";r=0;t=3600");
        assertThat(RetryAfter.value(refused)).hasValue("3600");
        assertThat(((Decision.Limited) refused).refusal().limit().name()).isEqualTo("short");
    }

    @Test
    void aCostlyRequestIsToldWhenItsWholeCostIsThere() {
        Limiter limiter =
                limiter(Limit.of("a", Rate.of(10, Duration.ofSeconds(10))).withCost(6));
        Decision first = limiter.decide(LimitKey.SHARED);
        assertThat(DraftHeaders.rateLimit(first)).hasValue("\"a\";r=4;t=1");
        assertThat(XRateLimitHeaders.of(first)).hasValue(new XRateLimitHeaders("10", "4", "2"));
        Decision refused = limiter.decide(LimitKey.SHARED);
        assertThat(DraftHeaders.rateLimit(refused)).hasValue("\"a\";r=4;t=2");
        assertThat(RetryAfter.value(refused)).hasValue("2");
    }

    @Test
    void withoutAnEnforcedLimitThereIsNothingToTell() {
        Limiter shadow =
                limiter(Limit.of("a", Rate.of(1, Duration.ofSeconds(1))).withMode(Limit.Mode.SHADOW));
        Decision decision = shadow.decide(LimitKey.SHARED);
        assertThat(DraftHeaders.rateLimit(decision)).isEmpty();
        assertThat(XRateLimitHeaders.of(decision)).isEmpty();
        assertThat(RetryAfter.value(decision)).isEmpty();
    }

    @Test
    void whereWaitingDoesNotHelpThereIsNoRetryAfter() {
        Limiter limiter =
                limiter(Limit.of("a", Rate.of(1, Duration.ofSeconds(1))).withKeys(KeyShape.of("header x-tenant")));
        assertThat(RetryAfter.value(limiter.decide(Subject.Absent.REJECT))).isEmpty();
        Limiter both = limiter(
                Limit.of("b", Rate.of(1, Duration.ofSeconds(9))),
                Limit.of("c", Rate.of(1, Duration.ofSeconds(1))).withKeys(KeyShape.of("header x-tenant")));
        both.decide(LimitKey.SHARED, LimitKey.of("t"));
        assertThat(RetryAfter.value(both.decide(LimitKey.SHARED, Subject.Absent.REJECT)))
                .isEmpty();
        assertThat(RetryAfter.value(both.decide(LimitKey.SHARED, Subject.Absent.SKIP)))
                .hasValue("9");
    }

    private Limiter limiter(Limit... limits) {
        List<LimitTable> acquired = new ArrayList<>();
        for (Limit limit : limits) {
            acquired.add(tables.acquire(limit.name(), limit));
        }
        return tables.limiter(acquired);
    }
}
