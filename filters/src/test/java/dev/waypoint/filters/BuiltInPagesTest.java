package dev.waypoint.filters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.FilterCatalog;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.testing.ReferencePages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltInPagesTest {

    private static List<FilterFactory<?>> builtIn() {
        return FilterCatalog.installed(_ -> {}).all().stream()
                .filter(factory -> factory.getClass().getPackage().equals(Buffer.class.getPackage()))
                .toList();
    }

    @Test
    void thePagesOfTheBuiltInFiltersAreUpToDate() {
        assertThat(builtIn()).hasSizeGreaterThanOrEqualTo(16);
        ReferencePages.check(Path.of("../docs/filters"), "the module filters", builtIn());
    }
}
