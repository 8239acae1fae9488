package dev.waypoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordComponentsTest {

    private record Pair(
            @Name("first") String one, @Default("7") int two) {
        Pair {
            if (two < 0) {
                throw new IllegalArgumentException("two is " + two);
            }
        }
    }

    private record Wrong(@Default("{") String text) {}

    @Test
    void aRecordIsTakenApartAndPutTogether() {
        RecordComponents components = RecordComponents.of(Pair.class);
        Pair pair = new Pair("a", 2);
        assertThat(components.all())
                .extracting(component -> component.index() + " " + component.name() + " = " + component.of(pair))
                .containsExactly("0 one = a", "1 two = 2");
        assertThat(components.all())
                .flatExtracting(component -> component.defaultJson().stream().toList())
                .isEqualTo(List.of(IntNode.valueOf(7)));
        assertThat(components.has("one")).isTrue();
        assertThat(components.has("first")).isFalse();
        assertThat(components.construct(new Object[] {"a", 2})).isEqualTo(pair);
    }

    @Test
    void whatTheConstructorSaysIsHeard() {
        assertThatThrownBy(() -> RecordComponents.of(Pair.class).construct(new Object[] {"a", -1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two is -1");
    }

    @Test
    void wrongTypesAreNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RecordComponents.of(String.class))
                .withMessage("java.lang.String is no record");
        assertThatIllegalStateException()
                .isThrownBy(() -> RecordComponents.of(Wrong.class))
                .withMessage(Wrong.class.getName() + ".text: its default is {, which is not JSON");
    }
}
