package dev.waypoint.filter.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigContractTest {

    /** Careless: not registered, a field without documentation, equal by identity. */
    static final class Careless implements FilterFactory<Careless.Config> {
        record Config(
                @Doc("A number.") @Range(min = 1, max = 5) int number, List<Thing> things) {}

        record Thing(@Doc("A name.") String name) {
            @Override
            public boolean equals(Object other) {
                return this == other;
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(this);
            }
        }

        @Override
        public FilterKind<Config> kind() {
            return new FilterKind<>("careless", Placement.in(Stage.PROCESS), Config.class, " ");
        }

        @Override
        public HttpFilter create(Config config, FilterEnvironment environment) {
            return new HeadersFilter() {};
        }
    }

    @Test
    void tellsEverythingThatIsBroken() {
        assertThatThrownBy(() -> ConfigContract.check(new Careless(), "{number: 3, things: [{name: 'a'}]}"))
                .hasMessageContaining("configuration of careless:")
                .hasMessageContaining("is not named in META-INF/services/")
                .hasMessageContaining("the kind has no summary")
                .hasMessageContaining("records that are not equal")
                .hasMessageContaining("is not read back as the same")
                .hasMessageContaining("config.things has no @Doc");
    }

    @Test
    void tellsBadExamples() {
        assertThatThrownBy(() -> ConfigContract.check(new Careless(), "{number: 9}"))
                .hasMessageContaining("the example has a finding: ")
                .hasMessageContaining("config.number is 9: expected a whole number from 1 to 5");
    }
}
