package dev.waypoint.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the old generation is collected before the collector would do so itself. */
class OldGenerationTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "little growth in a quiet moment, 16, true, false",
        "some growth in a quiet moment, 17, true, true",
        "some growth under load, 17, false, false",
        "as much as is borne under load, 48, false, false",
        "much growth under load, 49, false, true",
        "less than before, -5, true, false"
    })
    void growthAndQuietDecide(String name, long megabytes, boolean quiet, boolean due) {
        assertThat(OldGeneration.isDue(megabytes << 20, quiet)).as(name).isEqualTo(due);
    }

    @Test
    void lookingAloneCollectsNothing() {
        OldGeneration old = new OldGeneration();
        old.look(false);
        long before = collections();
        old.look(false);
        assertThat(collections()).isEqualTo(before);
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(each -> each.getName().contains("MarkSweep"))
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
