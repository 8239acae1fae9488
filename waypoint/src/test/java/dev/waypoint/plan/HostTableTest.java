package dev.waypoint.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTableTest {

    private final HostTable<String> table =
            HostTable.of(Map.of("a.example", "exact", "*.example", "wide", "*.b.example", "narrow", "", "any"));

    @ParameterizedTest(name = "{0} is served by {1}")
    @CsvSource({
        "a.example, exact",
        "A.Example:8080, exact",
        "x.example, wide",
        "x.b.example, narrow",
        "x.y.b.example, narrow",
        "b.example, wide",
        "example, any",
        "other, any",
        "[::1]:80, any",
    })
    void theMostSpecificNameServes(String authority, String served) {
        assertThat(table.find(HostTable.hostOf(authority))).contains(served);
    }

    @ParameterizedTest(name = "host of {0} is {1}")
    @CsvSource({"a, a", "a:1, a", "A.b:1, a.b", "[::1]:80, [::1]", "[FE80::1], [fe80::1]"})
    void hostsHaveNoPort(String authority, String host) {
        assertThat(HostTable.hostOf(authority)).isEqualTo(host);
    }
}
