package dev.waypoint.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.ir.BackendSettingsIr.OutlierIr;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OutlierEjectionTest {

    private long now;
    private int ejections;

    private OutlierEjection ejection(List<Endpoint> endpoints, int maxPercent) {
        return new OutlierEjection(
                new OutlierIr(3, Duration.ofSeconds(30), Duration.ofSeconds(100), maxPercent),
                () -> now,
                () -> endpoints,
                () -> ejections++);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private static void fail(Outliers outliers, Endpoint endpoint, int times) {
        for (int i = 0; i < times; i++) {
            outliers.failed(endpoint);
        }
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("three errors in a row", "500 503 502", true),
                Arguments.of("two errors", "500 503", false),
                Arguments.of("a good answer between", "500 503 200 500 500", false),
                Arguments.of("not found is no error", "404 404 404 404", false),
                Arguments.of("a good answer first", "200 500 500 500", true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void errorsInARowEject(String name, String statuses, boolean ejected) {
        List<Endpoint> endpoints = Endpoints.some(4);
        OutlierEjection outliers = ejection(endpoints, 50);
        for (String status : statuses.split(" ")) {
            outliers.answered(endpoints.getFirst(), Integer.parseInt(status));
        }
        assertThat(endpoints.getFirst().ejected()).isEqualTo(ejected);
    }

    static Stream<Arguments> shares() {
        return Stream.of(
                Arguments.of("half of four", 4, 50, 2),
                Arguments.of("one always may", 4, 0, 1),
                Arguments.of("a tenth of five is one", 5, 10, 1),
                Arguments.of("all", 3, 100, 3));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shares")
    void onlyAShareMayBeOut(String name, int count, int percent, int most) {
        List<Endpoint> endpoints = Endpoints.some(count);
        OutlierEjection outliers = ejection(endpoints, percent);
        endpoints.forEach(endpoint -> fail(outliers, endpoint, 5));
        assertThat(endpoints.stream().filter(Endpoint::ejected)).hasSize(most);
        assertThat(ejections).as("told").isEqualTo(most);
    }

    @Test
    void ejectionsGrowAndAreForgotten() {
        List<Endpoint> endpoints = Endpoints.some(4);
        OutlierEjection outliers = ejection(endpoints, 50);
        Endpoint one = endpoints.getFirst();
        for (int seconds : List.of(30, 60, 90, 100)) {
            fail(outliers, one, 3);
            pass(seconds - 1);
            outliers.readmit();
            assertThat(one.ejected())
                    .as("after %d of %d s", seconds - 1, seconds)
                    .isTrue();
            pass(1);
            outliers.readmit();
            assertThat(one.ejected()).as("after %d s", seconds).isFalse();
        }
        pass(30 * 4);
        fail(outliers, one, 3);
        pass(30);
        outliers.readmit();
        assertThat(one.ejected()).as("after a long quiet time").isFalse();
    }
}
