package dev.waypoint.filter.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waypoint.filters.Buffer;
import dev.waypoint.filters.Csrf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencePagesTest {

    @Test
    void tellsMissingStaleAndOrphanedPages(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> ReferencePages.check(folder, "me", List.of(new Buffer()), false))
                .hasMessageContaining("buffer.md is missing")
                .hasMessageContaining("buffer.schema.json is missing");
        ReferencePages.check(folder, "me", List.of(new Buffer(), new Csrf()), true);
        ReferencePages.check(folder, "me", List.of(new Buffer(), new Csrf()), false);
        Files.writeString(folder.resolve("buffer.md"), "old");
        assertThatThrownBy(() -> ReferencePages.check(folder, "me", List.of(new Buffer()), false))
                .hasMessageContaining("buffer.md is stale")
                .hasMessageContaining("csrf.md belongs to no filter")
                .hasMessageContaining("csrf.schema.json belongs to no filter");
        // Pages of other groups are nobody's business here.
        Files.writeString(folder.resolve("other.md"), "<!-- Generated from the filters of others. Do not edit. -->\n");
        ReferencePages.check(folder, "me", List.of(new Buffer()), true);
        ReferencePages.check(folder, "me", List.of(new Buffer()), false);
    }
}
