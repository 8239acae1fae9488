package dev.waypoint.extproc;

import static dev.waypoint.extproc.ProcessorKit.AGREE;
import static dev.waypoint.extproc.ProcessorKit.LIMIT;
import static dev.waypoint.extproc.ProcessorKit.agree;
import static dev.waypoint.extproc.ProcessorKit.complete;
import static dev.waypoint.extproc.ProcessorKit.pass;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waypoint.extproc.fault.FaultBook;
import dev.waypoint.extproc.fault.FaultReport;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.MessageJson;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.OperatorPages.OperatorPage;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a processor does wrong is named by its rule, and reported. */
class FaultReportsTest {

    private final ProcessorKit kit = new ProcessorKit();

    @Test
    void aMessageThatDoesNotFitIsReportedWithItsRule() {
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(ProcessingResponse.newBuilder()
                .setResponseBody(BodyResponse.getDefaultInstance())
                .build()))) {
            FilterHarness harness = kit.harness(processor.port(), "test/misfit", "");
            assertThat(pass(harness).replied().status()).isEqualTo(500);
            assertThat(FaultBook.of("test/misfit").reports()).singleElement().satisfies(report -> {
                assertThat(report.fault()).isEqualTo(ProtocolFault.UNEXPECTED_REPLY);
                assertThat(report.received()).isEqualTo("response_body");
                assertThat(report.expected()).isEqualTo("request HEADERS, response NOTHING");
                assertThat(report.requestId()).isEqualTo("test-request");
                assertThat(report.owner()).isEqualTo("HttpFilter test/filter");
            });
            assertThat(harness.environment().counted("fault_unexpected_reply")).isEqualTo(1);
            OperatorPage page = new ExtProcFilterFactory().pages().getFirst();
            assertThat(page.path()).isEqualTo("/extproc/faults");
            assertThat(page.rows(Map.of("provider", "test/misfit")))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("rule", "unexpected-reply")
                            .containsEntry("page", "docs/ext-proc-rules.md#unexpected-reply"));
            assertThat(page.rows(Map.of("provider", "test/misfit", "rule", "late-message")))
                    .isEmpty();
        }
    }

    @Test
    void aReplyAfterTheTimeoutIsLate() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            processor.lingers = true;
            FilterHarness harness = kit.harness(processor.port(), "test/late", "");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            harness.await(() -> !processor.received.isEmpty(), LIMIT);
            harness.pass(Duration.ofMillis(201));
            assertThat(exchange.replied().status()).isEqualTo(504);
            processor.say(agree(processor.received.getFirst()));
            harness.await(() -> FaultBook.of("test/late").reports().size() == 2, LIMIT);
            assertThat(FaultBook.of("test/late").reports())
                    .extracting(FaultReport::fault)
                    .containsExactly(ProtocolFault.LATE_MESSAGE, ProtocolFault.TIMEOUT);
        }
    }

    @Test
    void aReplyAfterTheClientWentAwayIsNoFault() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            processor.lingers = true;
            FilterHarness harness = kit.harness(processor.port(), "test/gone", "");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            harness.await(() -> !processor.received.isEmpty(), LIMIT);
            exchange.end();
            processor.say(agree(processor.received.getFirst()));
            harness.await(() -> !processor.ends.isEmpty(), LIMIT);
            harness.loop().run();
            assertThat(FaultBook.of("test/gone").reports()).isEmpty();
        }
    }

    @Test
    void aReplyToAnObserverIsIgnoredAndNamed() {
        try (var processor = new ScriptedProcessor(AGREE)) {
            FilterHarness harness = kit.harness(processor.port(), "test/observed", ", mode: 'Observe'");
            DrivenExchange exchange = pass(harness);
            harness.await(() -> !FaultBook.of("test/observed").reports().isEmpty(), LIMIT);
            complete(harness, exchange);
            assertThat(FaultBook.of("test/observed").reports().getLast().fault())
                    .isEqualTo(ProtocolFault.OBSERVED_REPLY);
        }
    }

    private static ProcessingResponse reply(String json) throws IOException {
        return MessageJson.read(new ObjectMapper().readTree(json), ProcessingResponse.newBuilder())
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            drain-not-supported          | {"requestHeaders": {}, "requestDrain": true}
            route-not-cleared            | {"requestHeaders": {"response": {"clearRouteCache": true}}}
            body-mutation-in-header-reply| {"requestHeaders": {"response": {"bodyMutation": {"clearBody": true}}}}
            trailers-field               | {"requestHeaders": {"response": {"trailers": {}}}}
            value-not-raw                | {"requestHeaders": {"response": {"headerMutation": {"setHeaders": [{"header": {"key": "a", "value": "b"}}]}}}}
            header-refused               | {"requestHeaders": {"response": {"headerMutation": {"removeHeaders": [":path"]}}}}
            immediate-status-corrected   | {"immediateResponse": {"status": {"code": "Continue"}}}
            immediate-headers-refused    | {"immediateResponse": {"status": {"code": "OK"}, "headers": {"setHeaders": [{"header": {"key": "a b", "rawText": "b"}}]}}}
            metadata-refused             | {"requestHeaders": {}, "dynamicMetadata": {"secret": {"a": 1}}}
            mode-override-refused        | {"requestHeaders": {}, "modeOverride": {"requestBodyMode": "BUFFERED"}}
            empty-message                | {}
            """)
    void whatHasNoEffectIsNamed(String rule, String json) throws IOException {
        ProcessingResponse reply = reply(json);
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(reply))) {
            FilterHarness harness = kit.harness(
                    processor.port(), "test/" + rule, ", processing: {modes: {response: {headers: 'Skip'}}}");
            pass(harness);
            assertThat(FaultBook.of("test/" + rule).reports())
                    .extracting(report -> report.fault().anchor())
                    .containsExactly(rule);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            streamed-body-in-whole-reply | {"requestBody": {"response": {"bodyMutation": {"streamedResponse": {"endOfStream": true}}}}}
            clear-body-false             | {"requestBody": {"response": {"bodyMutation": {"clearBody": false}}}}
            replace-too-late             | {"requestBody": {"response": {"status": "CONTINUE_AND_REPLACE"}}}
            """)
    void whatHasNoEffectInBodyRepliesIsNamed(String rule, String json) throws IOException {
        ProcessingResponse reply = reply(json);
        try (var processor = new ScriptedProcessor(
                (message, replies) -> replies.onNext(message.hasRequestBody() ? reply : agree(message)))) {
            FilterHarness harness = kit.harness(
                    processor.port(),
                    "test/" + rule,
                    ", processing: {modes: {request: {body: 'Buffered'}, response: {headers: 'Skip'}}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abc", true);
            harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
            assertThat(exchange.toUpstream().body()).isEqualTo("abc");
            assertThat(FaultBook.of("test/" + rule).reports())
                    .extracting(report -> report.fault().anchor())
                    .containsExactly(rule);
        }
    }
}
