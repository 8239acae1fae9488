package dev.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "1h30m,5400000,1h30m",
        "500ms,500,500ms",
        "0s,0,0s",
        "0h,0,0s",
        "90s,90000,1m30s",
        "1s1s,2000,2s",
        "1h2m3s4ms,3723004,1h2m3s4ms",
        "99999h,359996400000,99999h"
    })
    void readsAndPrints(String text, long millis, String printed) {
        assertThat(DurationText.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(DurationText.print(Duration.ofMillis(millis))).isEqualTo(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "1d", "1.5s", "-1s", "100000s", "1h1m1s1ms1s", "1 s", "1S", "1us", " 1s"})
    void refusesOtherForms(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }
}
