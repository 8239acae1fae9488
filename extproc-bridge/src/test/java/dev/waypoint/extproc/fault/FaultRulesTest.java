package dev.waypoint.extproc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.extproc.state.ProtocolFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FaultRulesTest {

    private static final Path PAGE = Path.of("..", FaultRules.PAGE);

    /** Run with -Dwaypoint.update=true to rewrite the page. */
    @Test
    void thePageIsUpToDate() throws IOException {
        if (Boolean.getBoolean("waypoint.update")) {
            Files.writeString(PAGE, FaultRules.markdown());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(FaultRules.markdown());
    }

    @Test
    void everyRuleHasAnAnchorAndARemedy() {
        String page = FaultRules.markdown();
        for (ProtocolFault fault : ProtocolFault.values()) {
            assertThat(page).contains("\n### " + fault.anchor() + "\n").contains(fault.remedy());
            assertThat(FaultRules.link(fault)).endsWith("ext-proc-rules.md#" + fault.anchor());
            assertThat(ProtocolFault.ofAnchor(fault.anchor())).contains(fault);
        }
    }

    @Test
    void aBookKeepsTheNewest() {
        FaultBook book = FaultBook.of("test/bounded");
        for (int i = 0; i < FaultBook.MOST + 5; i++) {
            book.add(
                    new FaultReport(Instant.EPOCH, "test/bounded", "o", "r-" + i, ProtocolFault.LATE_MESSAGE, "x", ""));
        }
        assertThat(book.reports()).hasSize(FaultBook.MOST);
        assertThat(book.reports().getFirst().requestId()).isEqualTo("r-" + (FaultBook.MOST + 4));
        assertThat(FaultBook.of("test/bounded")).isSameAs(book);
        assertThat(FaultBook.all()).containsAll(book.reports());
    }
}
