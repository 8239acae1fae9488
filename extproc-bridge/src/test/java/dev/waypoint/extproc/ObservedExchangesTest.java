package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.fault.FaultBook;
import dev.waypoint.extproc.fault.FaultReport;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.transcript.TranscriptText;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.ConfigReference.SecretReference;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.OperatorPages.OperatorPage;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeCalls;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is seen of exchanges with a processor: faults, transcripts, counts; and how marked requests are treated. */
class ObservedExchangesTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final SecretReference SECRET = new SecretReference("dev", Optional.empty());
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> AGREE =
            (message, replies) -> replies.onNext(agree(message));

    private final FakeEnvironment environment = new FakeEnvironment();

    private static ProcessingResponse agree(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS ->
                ProcessingResponse.newBuilder()
                        .setRequestHeaders(HeadersResponse.getDefaultInstance())
                        .build();
            case RESPONSE_HEADERS ->
                ProcessingResponse.newBuilder()
                        .setResponseHeaders(HeadersResponse.getDefaultInstance())
                        .build();
            case REQUEST_BODY ->
                ProcessingResponse.newBuilder()
                        .setRequestBody(BodyResponse.getDefaultInstance())
                        .build();
            case RESPONSE_BODY, REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
                ProcessingResponse.getDefaultInstance();
        };
    }

    private FilterHarness harness(int port, String name, String rest) {
        environment.withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", port)));
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {name: '" + name + "', backendRef: {name: 'processor', port: 9000}}" + rest + "}",
                environment);
    }

    private static DrivenExchange pass(FilterHarness harness, String... headers) {
        DrivenExchange exchange = harness.exchange("GET", "/p", headers);
        exchange.sendHead(true);
        harness.await(
                () -> exchange.toUpstream().head().isPresent()
                        || exchange.reply().isPresent(),
                LIMIT);
        return exchange;
    }

    private static void complete(FilterHarness harness, DrivenExchange exchange) {
        exchange.respondHead(200, true);
        harness.await(() -> exchange.toClient().head().isPresent(), LIMIT);
        exchange.end();
        harness.loop().run();
    }

    // ---- faults

    @Test
    void aMessageThatDoesNotFitIsReportedWithItsRule() {
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(ProcessingResponse.newBuilder()
                .setResponseBody(BodyResponse.getDefaultInstance())
                .build()))) {
            FilterHarness harness = harness(processor.port(), "test/misfit", "");
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
            FilterHarness harness = harness(processor.port(), "test/late", "");
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
            FilterHarness harness = harness(processor.port(), "test/gone", "");
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
            FilterHarness harness = harness(processor.port(), "test/observed", ", mode: 'Observe'");
            DrivenExchange exchange = pass(harness);
            harness.await(() -> !FaultBook.of("test/observed").reports().isEmpty(), LIMIT);
            complete(harness, exchange);
            assertThat(FaultBook.of("test/observed").reports().getLast().fault())
                    .isEqualTo(ProtocolFault.OBSERVED_REPLY);
        }
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
    void whatHasNoEffectIsNamed(String rule, String json) throws Exception {
        ProcessingResponse reply = dev.waypoint.extproc.transcript.MessageJson.read(
                        new com.fasterxml.jackson.databind.ObjectMapper().readTree(json),
                        ProcessingResponse.newBuilder())
                .build();
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(reply))) {
            FilterHarness harness =
                    harness(processor.port(), "test/" + rule, ", processing: {modes: {response: {headers: 'Skip'}}}");
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
    void whatHasNoEffectInBodyRepliesIsNamed(String rule, String json) throws Exception {
        ProcessingResponse reply = dev.waypoint.extproc.transcript.MessageJson.read(
                        new com.fasterxml.jackson.databind.ObjectMapper().readTree(json),
                        ProcessingResponse.newBuilder())
                .build();
        try (var processor = new ScriptedProcessor(
                (message, replies) -> replies.onNext(message.hasRequestBody() ? reply : agree(message)))) {
            FilterHarness harness = harness(
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

    // ---- counts

    @Test
    void messagesAreCountedAndTimedByPhase() {
        try (var processor = new ScriptedProcessor(AGREE)) {
            FilterHarness harness = harness(processor.port(), "test/counted", "");
            DrivenExchange exchange = pass(harness);
            FakeCalls calls = environment.called("test/counted");
            assertThat(calls.gauges()).containsExactly(1L, 0L, 0L, 0L);
            complete(harness, exchange);
            for (String phase : List.of("request_headers", "response_headers")) {
                assertThat(calls.phase(phase).sent()).as(phase).isEqualTo(1);
                assertThat(calls.phase(phase).sentBytes()).isGreaterThan(20);
                assertThat(calls.phase(phase).received()).isEqualTo(1);
                assertThat(calls.phase(phase).answers()).isEqualTo(1);
            }
            assertThat(calls.gauges()).containsExactly(0L, 0L, 0L, 0L);
            assertThat(harness.filter().description())
                    .contains("processor test/counted")
                    .anyMatch(line -> line.startsWith("request_headers: 1 answered, after "));
        }
    }

    @Test
    void heldBytesAndUnansweredMessagesAreGauges() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            FilterHarness harness = harness(
                    processor.port(),
                    "test/gauges",
                    ", processing: {modes: {request: {headers: 'Skip', body: 'Streamed'}}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abc", false).sendData("defgh", false);
            harness.await(() -> processor.received.size() == 2, LIMIT);
            harness.loop().run();
            FakeCalls calls = environment.called("test/gauges");
            assertThat(calls.gauges()).containsExactly(1L, 2L, 0L, 8L);
            exchange.end();
            harness.loop().run();
            assertThat(calls.gauges()).containsExactly(0L, 0L, 0L, 0L);
        }
    }

    @Test
    void traceNotesTellWhenEachMessageWasAnswered() {
        try (var processor = new ScriptedProcessor(AGREE)) {
            DrivenExchange exchange = pass(harness(processor.port(), "test/noted", ""));
            assertThat(exchange.notes())
                    .anyMatch(note -> note.matches("ext-proc: test/noted ──▶ request_headers, [0-9]+ bytes"))
                    .anyMatch(note ->
                            note.matches("ext-proc: test/noted ◀── request_headers, [0-9]+ bytes, after [0-9.]+ ms"));
        }
    }

    // ---- transcripts

    private static final String TRUSTED = "{header: 'X-Debug', trustedSources: ['192.0.2.0/24'], record: true}";

    private List<Transcript> transcripts() {
        return environment.recorded().values().stream()
                .map(text -> TranscriptText.read(text.lines().toList()))
                .toList();
    }

    @Test
    void markedExchangesAreRecordedWhole() {
        environment.withRecordings();
        try (var processor = new ScriptedProcessor(AGREE)) {
            FilterHarness harness =
                    harness(processor.port(), "test/recorded", ", debugging: {marked: [" + TRUSTED + "]}");
            complete(harness, pass(harness, "x-a", "1"));
            assertThat(environment.recorded()).isEmpty();
            DrivenExchange marked = pass(harness, "x-debug", "1", "authorization", "Bearer secret");
            assertThat(marked.forwarded().headers().contains("x-debug"))
                    .as("the mark is taken off")
                    .isFalse();
            complete(harness, marked);
            assertThat(environment.recorded().keySet())
                    .singleElement()
                    .asString()
                    .matches("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z-test/recorded-[0-9a-z]+\\.transcript");
            Transcript transcript = transcripts().getFirst();
            assertThat(transcript.origin().provider()).isEqualTo("test/recorded");
            assertThat(transcript.origin().request()).isEqualTo("GET /p");
            assertThat(transcript.origin().reason()).isEqualTo("marked");
            assertThat(transcript.sent()).hasSize(2);
            assertThat(transcript.received()).hasSize(2).allMatch(received -> received.tookMicros() >= 0);
            assertThat(transcript.entries().getLast()).isInstanceOf(Transcript.Ended.class);
            assertThat(transcript.isComplete()).isTrue();
            assertThat(environment.recorded().toString()).doesNotContain("Bearer");
        }
    }

    @Test
    void samplesAreRecordedAndLongBodiesCut() {
        environment.withRecordings();
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(
                message.hasRequestBody()
                        ? ProcessingResponse.newBuilder()
                                .setRequestBody(BodyResponse.newBuilder()
                                        .setResponse(CommonResponse.newBuilder()
                                                .setBodyMutation(BodyMutation.newBuilder()
                                                        .setBody(ByteString.copyFromUtf8("0123456789")))))
                                .build()
                        : agree(message)))) {
            FilterHarness harness = harness(
                    processor.port(),
                    "test/sampled",
                    ", processing: {modes: {request: {body: 'Buffered'}, response: {headers: 'Skip'}}},"
                            + " debugging: {transcripts: {sampledPercent: 100, maxBodyBytes: 4}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abcdefgh", true);
            harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
            exchange.end();
            Transcript transcript = transcripts().getFirst();
            assertThat(transcript.origin().reason()).isEqualTo("sampled");
            Transcript.Sent body = transcript.sent().toList().get(1);
            assertThat(body.message().getRequestBody().getBody().toStringUtf8()).isEqualTo("abcd");
            assertThat(body.omitted()).isEqualTo(4);
            assertThat(transcript.received().toList().get(1).omitted()).isEqualTo(6);
            assertThat(transcript.isComplete()).isFalse();
            assertThat(exchange.toUpstream().body())
                    .as("only the record is cut")
                    .isEqualTo("0123456789");
        }
    }

    @Test
    void faultsAndFailuresStandInTheTranscript() {
        environment.withRecordings();
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onError(
                io.grpc.Status.INTERNAL.withDescription("broken").asException()))) {
            FilterHarness harness =
                    harness(processor.port(), "test/failed", ", debugging: {transcripts: {sampledPercent: 100}}");
            pass(harness).end();
            assertThat(transcripts().getFirst().entries())
                    .anySatisfy(entry -> assertThat(entry)
                            .isInstanceOfSatisfying(
                                    Transcript.Ended.class,
                                    ended -> assertThat(ended.detail()).isEqualTo("gRPC status 13, broken")))
                    .anySatisfy(entry -> assertThat(entry)
                            .isInstanceOfSatisfying(
                                    Transcript.Faulty.class,
                                    faulty -> assertThat(faulty.fault()).isEqualTo(ProtocolFault.STREAM_FAILED)));
        }
    }

    // ---- marks

    @Test
    void markedRequestsHaveTimeForABreakpoint() {
        environment.withData(SECRET, Map.of("mark", "letmein\n"));
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            FilterHarness harness = harness(
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
            FilterHarness harness = harness(
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
            FilterHarness harness = harness(
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
