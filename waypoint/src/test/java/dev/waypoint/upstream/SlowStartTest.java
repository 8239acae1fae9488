package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SlowStartTest {

    private static final int ROUNDS = 20_000;
    private static final long SECOND = 1_000_000_000L;

    static Stream<Arguments> ages() {
        return Stream.of(
                Arguments.of("just born: a tenth of its turns, and half of the second choices", 0, 0.05 + 0.225),
                Arguments.of("half grown", 50, 0.25 + 0.125),
                Arguments.of("grown", 100, 0.5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ages")
    void theShareGrowsWithAge(String name, int ageSeconds, double share) {
        Random seeded = new Random(7);
        Balancer balancer = Balancer.of(new BalancingIr.Random());
        long now = 1000 * SECOND;
        List<Endpoint> endpoints = List.of(Endpoints.at(1, 0), Endpoints.at(2, now - ageSeconds * SECOND));
        SlowStart slowStart = new SlowStart(Duration.ofSeconds(100), () -> now, seeded::nextDouble);
        int young = 0;
        for (int i = 0; i < ROUNDS; i++) {
            young += slowStart.choose(balancer, endpoints, 0).equals(endpoints.get(1)) ? 1 : 0;
        }
        assertThat((double) young / ROUNDS).isCloseTo(share, within(0.02));
    }

    @ParameterizedTest(name = "window {0} s")
    @ValueSource(ints = {0, 100})
    void keysStayWhereTheyAre(int window) {
        Balancer balancer = Balancer.of(new BalancingIr.ConsistentHash(List.of()));
        List<Endpoint> endpoints = Endpoints.some(5);
        SlowStart slowStart = new SlowStart(Duration.ofSeconds(window), () -> 1, () -> 1.0);
        for (long key = 1; key < 50; key++) {
            assertThat(slowStart.choose(balancer, endpoints, key)).isEqualTo(balancer.choose(endpoints, key));
        }
    }
}
