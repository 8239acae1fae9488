package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.testing.ReferencePages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltInPagesTest {

    /** All filters of this module, and none that tests add. */
    private static List<FilterFactory<?>> builtIn() {
        return FilterCatalog.installed(_ -> {}).all().stream()
                .filter(factory -> factory.getClass().getPackageName().startsWith("dev.waypoint.filters"))
                .toList();
    }

    @Test
    void thePagesOfTheBuiltInFiltersAreUpToDate() {
        assertThat(builtIn()).hasSizeGreaterThanOrEqualTo(17);
        ReferencePages.check(Path.of("../docs/filters"), "the module filters", builtIn());
    }
}
