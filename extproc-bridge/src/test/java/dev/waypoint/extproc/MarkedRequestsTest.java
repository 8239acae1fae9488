package dev.waypoint.extproc;

import static dev.waypoint.extproc.ProcessorKit.AGREE;
import static dev.waypoint.extproc.ProcessorKit.LIMIT;
import static dev.waypoint.extproc.ProcessorKit.complete;
import static dev.waypoint.extproc.ProcessorKit.pass;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.filter.ConfigReference.SecretReference;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests with a mark are treated apart: more time, another processor. */
class MarkedRequestsTest {

    private static final SecretReference SECRET = new SecretReference("dev", Optional.empty());

    private final ProcessorKit kit = new ProcessorKit();

    @Test
    void markedRequestsHaveTimeForABreakpoint() {
        kit.environment.withData(SECRET, Map.of("mark", "letmein\n"));
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            FilterHarness harness = kit.harness(
                    processor.port(),
                    "test/slow",
                    ", debugging: {marked: [{header: 'x-debug', secretRef: {name: 'dev'}, messageTimeout: '10m'}]}");
            DrivenExchange marked = harness.exchange("GET", "/", "x-debug", "letmein");
            DrivenExchange guessed = harness.exchange("GET", "/", "x-debug", "guess");
            marked.sendHead(true);
            guessed.sendHead(true);
            harness.await(() -> processor.received.size() == 2, LIMIT);
            harness.pass(Duration.ofMillis(201));
            assertThat(guessed.replied().status()).isEqualTo(504);
            harness.pass(Duration.ofMinutes(9));
            assertThat(marked.reply()).isEmpty();
            harness.pass(Duration.ofMinutes(1));
            assertThat(marked.replied().status()).isEqualTo(504);
            assertThat(processor.received.toString()).as("secrets stay here").doesNotContain("letmein");
        }
    }

    @Test
    void markedRequestsGoToTheAuthorsProcessor() {
        try (var deployed = new ScriptedProcessor(AGREE);
                var laptop = new ScriptedProcessor(AGREE)) {
            FilterHarness harness = kit.harness(
                    deployed.port(),
                    "test/laptop",
                    ", debugging: {marked: [{header: 'x-debug', trustedSources: ['192.0.2.0/24'], address: '127.0.0.1:"
                            + laptop.port() + "'}]}");
            complete(harness, pass(harness));
            complete(harness, pass(harness, "x-debug", "1"));
            assertThat(deployed.received).hasSize(2);
            assertThat(laptop.received).hasSize(2);
            harness.withClient("198.51.100.1");
            complete(harness, pass(harness, "x-debug", "1"));
            assertThat(laptop.received)
                    .as("the mark counts from trusted sources only")
                    .hasSize(2);
            assertThat(deployed.received).hasSize(4);
        }
    }

    @Test
    void aNameIsLookedUp() {
        try (var laptop = new ScriptedProcessor(AGREE)) {
            FilterHarness harness = kit.harness(
                    1,
                    "test/named",
                    ", debugging: {marked: [{header: 'x-debug', trustedSources: ['192.0.2.0/24'], address: 'localhost:"
                            + laptop.port() + "'}]}");
            pass(harness, "x-debug", "1");
            assertThat(laptop.received).hasSize(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            open to all    | {header: 'x-debug'}                                                          | neither secretRef nor trustedSources
            no port        | {header: 'x-debug', trustedSources: ['10.0.0.0/8'], address: 'laptop'}       | expected host:port
            no header      | {header: 'x debug', trustedSources: ['10.0.0.0/8']}                          | expected the name of a header
            too long       | {header: 'x-debug', trustedSources: ['10.0.0.0/8'], messageTimeout: '25h'}   | expected up to 24h
            """)
    void wrongMarksAreFindings(String name, String marked, String message) {
        assertThat(FilterHarness.findings(
                        new ExtProcFilterFactory(),
                        "{provider: {backendRef: {name: 'p', port: 1}}, debugging: {marked: [" + marked + "]}}"))
                .as(name)
                .singleElement()
                .asString()
                .contains(message);
    }
}
