package dev.waypoint.extproc;

import dev.waypoint.filter.testing.ReferencePages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferencePageTest {

    @Test
    void thePageOfTheFilterIsUpToDate() {
        ReferencePages.check(
                Path.of("../docs/filters"), "the module extproc-bridge", List.of(new ExtProcFilterFactory()));
    }
}
