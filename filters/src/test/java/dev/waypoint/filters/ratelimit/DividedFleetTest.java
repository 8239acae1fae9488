package dev.waypoint.filters.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FakeTime;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replicas that divide a limit admit the whole of it, if load reaches them evenly by chance. */
class DividedFleetTest {

    private static final int SECONDS = 60;
    private static final int RATE = 100;

    private final FakeTime time = new FakeTime();

    private FilterHarness replica(int replicas) {
        FakeEnvironment environment = new FakeEnvironment().withReplicas(replicas);
        return FilterHarness.of(
                new RateLimit(time::nanoTime),
                "{limits: [{name: 'all', requests: " + RATE + ", per: '1s', scope: 'Divided'}]}",
                environment);
    }

    @ParameterizedTest(name = "{0} replicas, {1} requests a second")
    @CsvSource({"1, 400", "2, 400", "2, 150", "5, 400"})
    void togetherAdmitTheWholeWithinFivePercent(int replicas, int load) {
        List<FilterHarness> fleet = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            fleet.add(replica(replicas));
        }
        Random random = new Random(replicas);
        int admitted = 0;
        for (int i = 0; i < SECONDS * load; i++) {
            time.pass(Duration.ofNanos(1_000_000_000L / load));
            FilterHarness one = fleet.get(random.nextInt(replicas));
            admitted += one.send("GET", "/").reply().isEmpty() ? 1 : 0;
        }
        int whole = RATE * SECONDS + RATE;
        assertThat(admitted).isCloseTo(whole, Percentage.withPercentage(5)).isLessThanOrEqualTo(whole + 1);
    }
}
