package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random limits under random schedules must decide, to the nanosecond, as {@link ReferenceLimiter} does. */
class RandomScheduleTest {

    private static final int SCHEDULES = 2_000;
    private static final int STEPS = 300;

    @Test
    void decisionsEqualThoseOfTheReference() {
        for (int i = 0; i < SCHEDULES; i++) {
            play(new Random(i), "schedule with seed " + i);
        }
    }

    private static void play(Random random, String name) {
        ManualClock clock = new ManualClock();
        LimitTables tables = new LimitTables(clock);
        List<Limit> limits = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            limits.add(limit(random, i));
        }
        Limiter limiter = tables.limiter(limits.stream()
                .map(limit -> tables.acquire(limit.name(), limit))
                .toList());
        ReferenceLimiter reference = new ReferenceLimiter(limits);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) == 0) {
                long nanos = nanos(random, limits.get(random.nextInt(count)).rate());
                clock.advanceNanos(nanos);
                reference.pass(nanos);
            }
            if (random.nextInt(20) == 0) {
                int replicas = 1 + random.nextInt(6);
                tables.replicas(replicas);
                reference.replicas(replicas);
            }
            List<Subject> subjects = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                subjects.add(subject(random));
            }
            Subject[] asked = subjects.toArray(Subject[]::new);
            String expected = reference.decide(subjects);
            if (random.nextBoolean() && limiter.admits(asked)) {
                assertThat(expected).as("%s, step %d, %s", name, step, limits).startsWith("admitted ");
                assertThat(expected).doesNotContain("LIMITED");
            } else {
                assertThat(text(limiter.decide(asked)))
                        .as("%s, step %d, %s", name, step, limits)
                        .isEqualTo(expected);
            }
        }
    }

    private static Limit limit(Random random, int i) {
        Duration period = switch (random.nextInt(4)) {
            case 0 -> Duration.ofMillis(1 + random.nextInt(200));
            case 1 -> Duration.ofSeconds(1 + random.nextInt(100));
            case 2 -> Duration.ofMinutes(1 + random.nextInt(100));
            default -> Duration.ofDays(1 + random.nextInt(3));
        };
        long burst = 1L + random.nextInt(random.nextBoolean() ? 5 : 40);
        return new Limit(
                "limit-" + i,
                new Rate(1L + random.nextInt(random.nextBoolean() ? 10 : 1_000), period, burst),
                KeyShape.of("k"),
                100,
                1L + random.nextInt((int) Math.min(burst, 4)),
                random.nextInt(4) == 0 ? Limit.Mode.SHADOW : Limit.Mode.ENFORCE,
                random.nextInt(3) == 0 ? Limit.Scope.DIVIDED : Limit.Scope.REPLICA);
    }

    /** Around the time of one token, now and then very long, exact, or backwards. */
    private static long nanos(Random random, Rate rate) {
        long token = rate.period().toNanos() / rate.requests();
        return switch (random.nextInt(10)) {
            case 0 -> rate.period().toNanos();
            case 1 -> -random.nextLong(1 + 5 * token);
            case 2 -> 1;
            case 3 -> token;
            default -> random.nextLong(1 + 3 * token);
        };
    }

    private static Subject subject(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> Subject.Absent.SKIP;
            case 1 -> Subject.Absent.REJECT;
            case 2, 3 -> LimitKey.SHARED;
            default -> LimitKey.of("key-" + random.nextInt(3));
        };
    }

    private static String text(Decision decision) {
        String verdicts = decision.verdicts().stream()
                .map(verdict -> verdict.outcome() == Verdict.Outcome.SKIPPED
                        ? "SKIPPED"
                        : verdict.outcome()
                                + ":" + verdict.remaining()
                                + ":" + verdict.nextNanos()
                                + ":" + verdict.resetNanos()
                                + ":" + verdict.retryNanos())
                .collect(Collectors.joining(" "));
        return switch (decision) {
            case Decision.Admitted admitted -> "admitted " + verdicts;
            case Decision.Pending pending -> "pending";
            case Decision.Limited limited -> "limited " + verdicts;
        };
    }
}
