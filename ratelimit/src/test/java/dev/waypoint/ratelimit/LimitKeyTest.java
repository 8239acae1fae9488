package dev.waypoint.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitKeyTest {

    @Test
    void tuplesAreEqualPartByPart() {
        assertThat(LimitKey.of("a", "b"))
                .isEqualTo(LimitKey.of(List.of("a", "b")))
                .hasSameHashCodeAs(LimitKey.of("a", "b"));
        assertThat(LimitKey.of("a", "b")).isNotEqualTo(LimitKey.of("b", "a"));
        assertThat(LimitKey.of("ab", "")).isNotEqualTo(LimitKey.of("a", "b"));
        assertThat(LimitKey.of("")).as("one empty part is not no part").isNotEqualTo(LimitKey.SHARED);
        assertThat(LimitKey.of("a", "")).isNotEqualTo(LimitKey.of("a"));
        assertThat(LimitKey.of("a", "b", "c", "d").parts()).containsExactly("a", "b", "c", "d");
        assertThat(LimitKey.of("a", "b", "c")).hasToString("a|b|c");
        assertThatThrownBy(() -> LimitKey.of(List.of("1", "2", "3", "4", "5"))).hasMessageContaining("5 parts");
        assertThatThrownBy(() -> KeyShape.of("1", "2", "3", "4", "5")).hasMessageContaining("is 5, expected 0 to 4");
    }

    @Test
    void longPartsAreKeptShortAndDistinct() {
        String same = "x".repeat(60_000);
        LimitKey one = LimitKey.of(same + "1");
        assertThat(one.parts().getFirst()).hasSizeLessThan(LimitKey.LONGEST_PART);
        assertThat(one).isEqualTo(LimitKey.of(same + "1")).isNotEqualTo(LimitKey.of(same + "2"));
        String longest = "y".repeat(LimitKey.LONGEST_PART);
        assertThat(LimitKey.of(longest).parts()).containsExactly(longest);
    }

    /** All strings of these two-letter blocks have one hash; without an order among keys this would take minutes. */
    @Test
    void chosenHashCollisionsDoNotSlowTheTableDown() {
        LimitTables tables = new LimitTables(new ManualClock());
        LimitTable table = tables.acquire(
                "a",
                Limit.of("a", Rate.of(1, Duration.ofDays(1)))
                        .withKeys(KeyShape.of("x"))
                        .withMaxKeys(100_000));
        Limiter limiter = tables.limiter(List.of(table));
        for (int i = 0; i < 1 << 16; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 16; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            assertThat(limiter.decide(LimitKey.of(text.toString()))).isInstanceOf(Decision.Admitted.class);
        }
        assertThat(table.stats().keys()).isEqualTo(1 << 16);
    }
}
