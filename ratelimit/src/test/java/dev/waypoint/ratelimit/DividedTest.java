package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DividedTest {

    private final ManualClock clock = new ManualClock();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one replica,                1, 100, PT1S,   100, PT60S",
        "two,                        2, 100, PT1S,   100, PT60S",
        "three of an uneven rate,    3, 100, PT1S,   100, PT60S",
        "burst not divisible,        4,  50, PT1S,    10, PT60S",
        "burst of one for two,       2,  10, PT1S,     1, PT60S",
        "fewer tokens than replicas, 7,   3, PT1S,     3, PT600S",
        "per day,                    5, 5000, PT24H, 500, PT48H",
    })
    void allReplicasTogetherAdmitTheWhole(
            String name, int replicas, long requests, Duration period, long burst, Duration time) {
        List<Replica> fleet = fleet(replicas, new Rate(requests, period, burst));
        long atOnce = fleet.stream().mapToLong(Replica::drain).sum();
        // Each replica rounds its share of the burst down, but keeps room for one request.
        assertThat(atOnce).isEqualTo(replicas * Math.max(1, burst / replicas));
        long steps = 20_000;
        long admitted = 0;
        for (int i = 0; i < steps; i++) {
            clock.advanceNanos(time.toNanos() / steps);
            admitted += fleet.stream().mapToLong(Replica::drain).sum();
        }
        double expected = (double) requests * time.toNanos() / period.toNanos() + burst - atOnce;
        // Less by what overflows full buckets until the next step asks for it.
        assertThat((double) admitted).isBetween(expected * 0.99 - replicas, expected + 1e-9);
    }

    @Test
    void aChangeOfTheFleetKeepsTheFillLevel() {
        Replica replica = fleet(1, Rate.of(100, Duration.ofHours(1))).getFirst();
        for (int i = 0; i < 60; i++) {
            replica.ask();
        }
        replica.tables.replicas(4);
        assertThat(replica.drain()).as("40 % of a quarter").isEqualTo(10);
        replica.tables.replicas(1);
        assertThat(replica.drain()).as("alone again, with nothing left").isZero();
    }

    @Test
    void aFleetThatFlapsMintsNothing() {
        Replica replica = fleet(1, Rate.of(100, Duration.ofHours(1))).getFirst();
        long tokens = 0;
        for (int i = 0; i < 200; i++) {
            int fleet = 1 + i % 3;
            replica.tables.replicas(fleet);
            tokens += replica.ask() ? fleet : 0;
        }
        assertThat(tokens)
                .as("a request costs as many tokens as there are replicas")
                .isEqualTo(100);
        assertThat(replica.drain()).isZero();
    }

    @Test
    void aFleetThatGrowsAdmitsAtMostOneBurstMoreThanOneThatDoesNot() {
        List<Replica> fleet = fleet(3, Rate.of(90, Duration.ofHours(1)));
        fleet.forEach(replica -> replica.tables.replicas(1));
        long admitted = fleet.getFirst().drain();
        assertThat(admitted).isEqualTo(90);
        fleet.forEach(replica -> replica.tables.replicas(3));
        assertThat(fleet.getFirst().drain()).as("the old one has nothing").isZero();
        assertThat(fleet.get(1).drain() + fleet.get(2).drain())
                .as("new ones bring their shares")
                .isEqualTo(60);
    }

    @Test
    void verdictsTellWhatThisReplicaCanStillAdmit() {
        Replica replica = fleet(4, Rate.of(100, Duration.ofSeconds(100))).getFirst();
        Verdict first = replica.limiter.decide(LimitKey.SHARED).verdicts().getFirst();
        assertThat(first.remaining()).isEqualTo(24);
        replica.drain();
        Decision.Limited refused = (Decision.Limited) replica.limiter.decide(LimitKey.SHARED);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(4));
        assertThat(refused.refusal().remaining()).isZero();
        clock.advance(refused.retryAfter());
        assertThat(replica.drain()).isEqualTo(1);
    }

    @Test
    void aShareSmallerThanARequestIsPaidOffAfterwards() {
        Replica replica = fleet(5, new Rate(1, Duration.ofSeconds(1), 1)).getFirst();
        assertThat(replica.drain()).isEqualTo(1);
        Decision.Limited refused = (Decision.Limited) replica.limiter.decide(LimitKey.SHARED);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(5));
        assertThat(replica.limiter.decide(LimitKey.SHARED)).isInstanceOf(Decision.Admitted.class);
    }

    @Test
    void aReplicaScopedLimitDoesNotCareForTheFleet() {
        LimitTables tables = new LimitTables(clock);
        tables.replicas(10);
        LimitTable table = tables.acquire("a", Limit.of("a", Rate.of(10, Duration.ofSeconds(1))));
        assertThat(new Replica(tables, tables.limiter(List.of(table))).drain()).isEqualTo(10);
        assertThatThrownBy(() -> tables.replicas(0)).hasMessage("number of replicas is 0, expected 1 to 100000");
    }

    private List<Replica> fleet(int size, Rate rate) {
        List<Replica> fleet = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            LimitTables tables = new LimitTables(clock);
            tables.replicas(size);
            LimitTable table = tables.acquire("a", Limit.of("a", rate).withScope(Limit.Scope.DIVIDED));
            fleet.add(new Replica(tables, tables.limiter(List.of(table))));
        }
        return fleet;
    }

    private record Replica(LimitTables tables, Limiter limiter) {
        boolean ask() {
            return limiter.decide(LimitKey.SHARED) instanceof Decision.Admitted;
        }

        long drain() {
            long admitted = 0;
            while (ask()) {
                admitted++;
            }
            return admitted;
        }
    }
}
