package com.example.office;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class OfficeHoursTest {

    private final FilterHarness harness = FilterHarness.of(new OfficeHours(), "{opens: 9, closes: 17}");

    /** Time stands still in the harness until a test lets it pass. */
    private void untilHour(int hour) {
        int now = harness.environment().clock().instant().atZone(ZoneOffset.UTC).getHour();
        harness.pass(Duration.ofHours(Math.floorMod(hour - now, 24)));
    }

    @Test
    void keepsTheContract() {
        ConfigContract.check(new OfficeHours(), "{opens: 9, closes: 17}");
    }

    @Test
    void servesDuringTheDay() {
        untilHour(9);
        DrivenExchange exchange = harness.send("GET", "/").respondHead(200, true);
        assertThat(exchange.responded().header("x-closes")).isEqualTo("17");
    }

    @Test
    void isClosedAtNight() {
        untilHour(17);
        assertThat(harness.send("GET", "/").replied().status()).isEqualTo(503);
    }

    @Test
    void saysWhatIsWrongWithItsConfiguration() {
        assertThat(FilterHarness.findings(new OfficeHours(), "{opens: 18, closes: 9}"))
                .singleElement()
                .asString()
                .contains("opens is 18, expected less than closes, which is 9");
    }
}
