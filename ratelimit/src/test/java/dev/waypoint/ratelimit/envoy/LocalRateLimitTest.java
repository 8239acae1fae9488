package dev.waypoint.ratelimit.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.ratelimit.ManualClock;
import dev.waypoint.ratelimit.envoy.LocalRateLimit.Answer;
import dev.waypoint.ratelimit.envoy.LocalRateLimit.Handled;
import dev.waypoint.ratelimit.envoy.RequestDescriptor.HeaderOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What was seen of Envoy 1.40; the names of the rows are those under which the cases are known. */
class LocalRateLimitTest {

    private static final Fraction ALL = Fraction.ALL;

    private final ManualClock clock = new ManualClock();

    /** Requests are descriptors as {@code key=value[,key=value][*hits]}, {@code -} without one, {@code +1s} lets time pass. */
    static Stream<Arguments> conversations() {
        return Stream.of(
                row("RL1 one token", limits(b(1, 1, 1000)), "- -", "ok limited"),
                row(
                        "RL8 refill is continuous",
                        limits(b(10, 10, 1)),
                        "- ".repeat(10) + "+0.1s - -",
                        "ok ".repeat(11) + "limited"),
                row("RL13 no bucket", limits(), "- - -", "ok ok ok"),
                row(
                        "RL17 a descriptor limits its own requests",
                        limits(b(100, 1, 1000), d("hello=world", b(1, 1, 1000))),
                        "hello=world hello=world hello=x hello=x",
                        "ok limited ok ok"),
                row(
                        "RL18 fewer entries do not match",
                        limits(b(100, 1, 1000), d("a=1,b=1", b(1, 1, 1000))),
                        "a=1 a=1",
                        "ok ok"),
                row(
                        "RL19 nor do others in order",
                        limits(b(100, 1, 1000), d("a=1,b=1", b(1, 1, 1000))),
                        "b=1,a=1 b=1,a=1",
                        "ok ok"),
                row(
                        "RL20 the default bucket is charged too",
                        limits(b(1, 1, 1000), d("a=1", b(100, 1, 1000))),
                        "a=1 a=1",
                        "ok limited"),
                row(
                        "RL21 unless told otherwise",
                        sparing(b(1, 1, 1000), d("a=1", b(100, 1, 1000))),
                        "a=1 a=1 - -",
                        "ok ok ok limited"),
                row(
                        "RL23 a wildcard has a bucket for each value",
                        limits(b(100, 1, 1000), d("ip=", b(1, 1, 1000))),
                        "ip=1 ip=1 ip=2 ip=2",
                        "ok limited ok limited"),
                row("RL24 one place for wildcards", room(1, d("ip=", b(1, 1, 1000))), "ip=1 ip=2 ip=1", "ok ok ok"),
                row(
                        "RL25 the least recently used goes",
                        room(2, d("ip=", b(1, 1, 1000))),
                        "ip=1 ip=2 ip=1 ip=3 ip=1 ip=2",
                        "ok ok limited ok limited ok"),
                row(
                        "RL26 exact before wildcard",
                        limits(d("ip=1", b(5, 1, 1000)), d("ip=", b(1, 1, 1000))),
                        "ip=1 ip=1 ip=2 ip=2",
                        "ok ok ok limited"),
                row(
                        "partly wild",
                        limits(d("a=1,b=", b(1, 1, 1000))),
                        "a=1,b=x a=1,b=x a=1,b=y a=2,b=x a=2,b=x",
                        "ok limited ok ok ok"),
                row("RL28 shadow", limits(s("a=1", b(1, 1, 1000))), "a=1 a=1", "ok shadow"),
                row(
                        "RL29 a strict one behind a shadow",
                        limits(s("a=1", b(1, 1, 1000)), d("b=1", b(1, 1, 100))),
                        "a=1&b=1 a=1&b=1",
                        "ok limited"),
                row(
                        "the default behind a shadow",
                        limits(b(1, 1, 1000), s("a=1", b(1, 1, 1000))),
                        "a=1 a=1",
                        "ok limited"),
                row("RL39 hits", limits(d("a=1", b(10, 1, 1000))), "a=1*5 a=1*5 a=1*5", "ok ok limited"),
                row(
                        "hits never charge the default bucket",
                        limits(b(3, 1, 1000), d("a=1", b(100, 1, 1000))),
                        "a=1*50 a=1*5 a=1*5 a=1*5",
                        "ok ok ok limited"),
                row(
                        "RL41 negative hits",
                        limits(d("a=1", b(2, 1, 1000))),
                        "a=1*2 a=1*2 a=1*-2 a=1*2 a=1*2",
                        "ok limited ok ok limited"),
                row(
                        "negative hits stop at the top",
                        limits(d("a=1", b(2, 1, 1000))),
                        "a=1*-100 a=1*2 a=1*1",
                        "ok ok limited"),
                row(
                        "RL76 no hits",
                        limits(b(100, 1, 1000), d("a=1", b(10, 1, 1000))),
                        "a=1*0 a=1*0",
                        "limited limited"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    void requestsAreAnswered(String name, LocalLimits limits, String requests, String answers) {
        LocalLimiter limiter = new LocalLimiter(limits, clock);
        LocalRateLimit filter = new LocalRateLimit(ALL, ALL, () -> 0);
        List<String> got = new ArrayList<>();
        for (String request : requests.trim().split(" ")) {
            if (request.startsWith("+")) {
                clock.advance(Duration.parse("PT" + request.substring(1)));
            } else {
                got.add(word(filter.handle(limiter, descriptors(request), 1).answer()));
            }
        }
        assertThat(String.join(" ", got)).isEqualTo(answers.trim());
    }

    @Test
    void slowestFirstAndNothingIsGivenBack() {
        LocalLimiter limiter = new LocalLimiter(limits(d("a=1", b(3, 3, 1)), d("b=1", b(20, 20, 10))), clock);
        List<LocalDecision.Result> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(limiter.decide(descriptors("a=1&b=1"), 1).result());
        }
        assertThat(results).endsWith(LocalDecision.Result.LIMITED).hasSize(4);
        assertThat(limiter.bucket(entries("a=1")).orElseThrow().remaining()).isZero();
        assertThat(limiter.bucket(entries("b=1")).orElseThrow().remaining()).isEqualTo(16);
    }

    /** RL9 and RL82: what the headers say at the given times. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "RL9 two tokens,       2, 2, PT4S,    0 0 0 1000,      '2,1,0 2,0,2 2,0,2 2,0,1'",
        "RL9 slow,             2, 2, PT4000S, 0 0 0,           '2,1,0 2,0,2000 2,0,2000'",
        "RL82 rounded up,      1, 1, PT1000S, 0 700 1400 2300, '1,0,1000 1,0,1000 1,0,999 1,0,998'",
        "half a token,         1, 1, PT1S,    0 500 999,       '1,0,1 1,0,1 1,0,1'",
    })
    void headersTellOfTheBucket(String name, long max, long fill, Duration interval, String millis, String expected) {
        LocalLimiter limiter = new LocalLimiter(limits(new TokenBucketConfig(max, fill, interval)), clock);
        List<String> told = new ArrayList<>();
        for (String at : millis.split(" ")) {
            clock.advanceNanos(Long.parseLong(at) * 1_000_000 - clock.nanos());
            TokenBucket bucket = limiter.decide(List.of(), 1).bucket().orElseThrow();
            told.add(bucket.limit() + "," + bucket.remaining() + "," + bucket.resetSeconds());
        }
        assertThat(String.join(" ", told)).isEqualTo(expected);
    }

    @Test
    void retryAfterIsNeverZero() {
        LocalLimiter limiter = new LocalLimiter(limits(b(1, 1, 10)), clock);
        TokenBucket bucket = limiter.decide(List.of(), 1).bucket().orElseThrow();
        assertThat(bucket.retryAfterSeconds()).isEqualTo(10);
        clock.advance(Duration.ofSeconds(10));
        assertThat(bucket.resetSeconds()).isZero();
        assertThat(bucket.retryAfterSeconds()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "RL36 as the filter says,   UNSPECIFIED,      true,  true",
        "as the filter says not,    UNSPECIFIED,      false, false",
        "RL37 the rule says no,     OFF,              true,  false",
        "RL38 the rule says yes,    DRAFT_VERSION_03, false, true",
    })
    void aRuleDecidesAboutHeadersOfItsRequests(String name, HeaderOption option, boolean byDefault, boolean told) {
        LocalLimiter limiter = new LocalLimiter(limits(b(9, 1, 1000), d("a=1", b(5, 1, 1000))), clock);
        LocalRateLimit filter = new LocalRateLimit(ALL, ALL, () -> 0);
        RequestDescriptor descriptor = new RequestDescriptor(entries("a=1"), Hits.ONE, option);
        Handled matched = filter.handle(limiter, List.of(descriptor), 1);
        assertThat(matched.reported(byDefault).map(TokenBucket::limit))
                .isEqualTo(told ? Optional.of(5L) : Optional.empty());
        Handled unmatched = filter.handle(limiter, List.of(), 1);
        assertThat(unmatched.reported(byDefault).map(TokenBucket::limit))
                .isEqualTo(byDefault ? Optional.of(9L) : Optional.empty());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "RL1 enforced,            100, 100, 'ALLOWED ENFORCED',     2 1 1 1 0",
        "RL2 not enabled,           0, 100, 'DISABLED DISABLED',    0 0 0 0 0",
        "RL3 RL74 not enforced,   100,   0, 'ALLOWED NOT_ENFORCED', 2 1 1 0 0",
    })
    void fractionsDecideWhatBecomesOfIt(String name, int enabled, int enforced, String answers, String stats) {
        LocalLimiter limiter = new LocalLimiter(limits(b(1, 1, 1000)), clock);
        LocalRateLimit filter = new LocalRateLimit(new Fraction(enabled, 100), new Fraction(enforced, 100), () -> 0);
        assertThat(filter.handle(limiter, List.of(), 1).answer() + " "
                        + filter.handle(limiter, List.of(), 1).answer())
                .isEqualTo(answers);
        assertThat(text(filter.stats())).isEqualTo(stats);
    }

    @Test
    void shadowRefusalsAreCountedUnlessAStrictOneRefusesToo() {
        LocalRateLimit filter = new LocalRateLimit(ALL, ALL, () -> 0);
        LocalLimiter shadow = new LocalLimiter(limits(s("a=1", b(1, 1, 1000))), clock);
        filter.handle(shadow, descriptors("a=1"), 1);
        filter.handle(shadow, descriptors("a=1"), 1);
        assertThat(text(filter.stats())).as("RL28").isEqualTo("2 1 1 0 1");
        LocalLimiter strict = new LocalLimiter(limits(s("a=1", b(1, 1, 1000)), d("b=1", b(1, 1, 100))), clock);
        filter.handle(strict, descriptors("a=1&b=1"), 1);
        filter.handle(strict, descriptors("a=1&b=1"), 1);
        assertThat(text(filter.stats())).as("and RL29").isEqualTo("4 2 2 1 1");
    }

    @Test
    void aFractionOfRequestsIsEnabled() {
        Random random = new Random(5);
        LocalRateLimit filter = new LocalRateLimit(new Fraction(50, 100), ALL, random::nextLong);
        LocalLimiter limiter = new LocalLimiter(limits(), clock);
        for (int i = 0; i < 1000; i++) {
            filter.handle(limiter, List.of(), 1);
        }
        assertThat(filter.stats().enabled()).isBetween(450L, 550L);
        assertThat(new Fraction(250, 10_000).includes(249)).isTrue();
        assertThat(new Fraction(250, 10_000).includes(250)).isFalse();
    }

    @ParameterizedTest(name = "{0} instances")
    @CsvSource({"1, 12", "2, 6", "3, 4", "4, 3", "13, 0"})
    void anInstanceOfAClusterPaysMoreForAHit(int instances, int allowed) {
        LocalLimiter limiter = new LocalLimiter(limits(b(12, 1, 1000)), clock);
        long count = Stream.generate(() -> limiter.decide(List.of(), 1.0 / instances))
                .takeWhile(decision -> decision.result() == LocalDecision.Result.ALLOWED)
                .count();
        // A bucket smaller than the number of instances blocks everything; that is Envoy's way.
        assertThat(count).isEqualTo(allowed);
    }

    @Test
    void membershipChangesAreFollowedAtOnce() {
        LocalLimiter limiter = new LocalLimiter(limits(b(8, 1, 1000)), clock);
        limiter.decide(List.of(), 1);
        assertThat(limiter.decide(List.of(), 0.25).bucket().orElseThrow().remaining())
                .isEqualTo(3);
        assertThatThrownBy(() -> limiter.decide(List.of(), 0)).hasMessage("share is 0.0, expected above 0 to 1");
    }

    @Test
    void timeThatStepsBackMintsNothing() {
        LocalLimiter limiter = new LocalLimiter(limits(b(1, 1, 10)), clock);
        clock.advance(Duration.ofHours(1));
        limiter.decide(List.of(), 1);
        clock.advance(Duration.ofHours(-1));
        assertThat(limiter.decide(List.of(), 1).result()).isEqualTo(LocalDecision.Result.LIMITED);
        clock.advance(Duration.ofSeconds(10));
        assertThat(limiter.decide(List.of(), 1).result()).isEqualTo(LocalDecision.Result.ALLOWED);
    }

    @Test
    void manyThreadsTakeEachTokenOnce() throws Exception {
        LocalLimiter limiter = new LocalLimiter(limits(b(100, 1, 1000), d("k=", b(60, 1, 1000))), clock);
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < 32; t++) {
            String request = t % 2 == 0 ? "-" : "k=v";
            work.add(() -> Stream.generate(
                            () -> limiter.decide(descriptors(request), 1).result())
                    .limit(1000)
                    .filter(result -> result == LocalDecision.Result.ALLOWED)
                    .count());
        }
        long allowed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            for (Future<Long> count : threads.invokeAll(work)) {
                allowed += count.get();
            }
        }
        assertThat(allowed).isEqualTo(100);
    }

    @Test
    void configurationErrorsAreNamed() {
        assertThatThrownBy(() -> new TokenBucketConfig(1, 1, Duration.ofMillis(49)))
                .as("RL10, RL11")
                .hasMessage("token_bucket.fill_interval is PT0.049S, expected at least PT0.05S");
        assertThat(new TokenBucketConfig(1, 1, Duration.ofMillis(50)).fillRate())
                .isEqualTo(20);
        assertThatThrownBy(() -> b(0, 1, 1)).hasMessageContaining("max_tokens is 0");
        assertThatThrownBy(() -> b(1, 0, 1)).hasMessageContaining("tokens_per_fill is 0");
        assertThatThrownBy(() -> limits(d("ip=1", b(5, 1, 1)), d("ip=1", b(1, 1, 1))))
                .as("RL27")
                .hasMessageContaining("two descriptors");
        assertThatThrownBy(() -> limits(d("ip=", b(5, 1, 1)), d("ip=", b(1, 1, 1))))
                .hasMessageContaining("two descriptors");
        assertThatThrownBy(() -> room(0)).hasMessageContaining("max_dynamic_descriptors is 0");
        assertThatThrownBy(() -> new Hits(2_000_000_000L, false)).hasMessageContaining("hits_addend is 2000000000");
        assertThatThrownBy(() -> new DescriptorConfig(List.of(), b(1, 1, 1), false))
                .hasMessageContaining("no entries");
        assertThatThrownBy(() -> new DescriptorEntry("", "x")).hasMessageContaining("empty key");
        assertThatThrownBy(() -> new Fraction(1, 99)).hasMessageContaining("denominator is 99");
    }

    private static Arguments row(String name, LocalLimits limits, String requests, String answers) {
        return Arguments.of(name, limits, requests, answers);
    }

    private static TokenBucketConfig b(long max, long fill, long seconds) {
        return new TokenBucketConfig(max, fill, Duration.ofSeconds(seconds));
    }

    private static DescriptorConfig d(String entries, TokenBucketConfig bucket) {
        return new DescriptorConfig(entries(entries), bucket, false);
    }

    private static DescriptorConfig s(String entries, TokenBucketConfig bucket) {
        return new DescriptorConfig(entries(entries), bucket, true);
    }

    private static LocalLimits limits(TokenBucketConfig bucket, DescriptorConfig... descriptors) {
        return new LocalLimits(Optional.of(bucket), List.of(descriptors), true, 20);
    }

    private static LocalLimits limits(DescriptorConfig... descriptors) {
        return new LocalLimits(Optional.empty(), List.of(descriptors), true, 20);
    }

    private static LocalLimits sparing(TokenBucketConfig bucket, DescriptorConfig... descriptors) {
        return new LocalLimits(Optional.of(bucket), List.of(descriptors), false, 20);
    }

    private static LocalLimits room(int dynamic, DescriptorConfig... descriptors) {
        return new LocalLimits(Optional.empty(), List.of(descriptors), true, dynamic);
    }

    private static List<RequestDescriptor> descriptors(String request) {
        List<RequestDescriptor> descriptors = new ArrayList<>();
        for (String one : request.equals("-") ? new String[0] : request.split("&")) {
            String[] parts = one.split("\\*");
            long hits = parts.length == 1 ? 1 : Long.parseLong(parts[1]);
            descriptors.add(new RequestDescriptor(
                    entries(parts[0]), new Hits(Math.abs(hits), hits < 0), HeaderOption.UNSPECIFIED));
        }
        return descriptors;
    }

    private static List<DescriptorEntry> entries(String text) {
        List<DescriptorEntry> entries = new ArrayList<>();
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            entries.add(new DescriptorEntry(pair.substring(0, equals), pair.substring(equals + 1)));
        }
        return entries;
    }

    private static String word(Answer answer) {
        return switch (answer) {
            case DISABLED -> "disabled";
            case ALLOWED -> "ok";
            case SHADOW_LIMITED -> "shadow";
            case NOT_ENFORCED -> "not-enforced";
            case ENFORCED -> "limited";
        };
    }

    private static String text(LocalRateLimitStats stats) {
        return stats.enabled() + " " + stats.ok() + " " + stats.rateLimited() + " " + stats.enforced() + " "
                + stats.shadowMode();
    }
}
