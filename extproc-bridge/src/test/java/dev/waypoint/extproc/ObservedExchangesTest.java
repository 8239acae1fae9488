package dev.waypoint.extproc;

import static dev.waypoint.extproc.ProcessorKit.AGREE;
import static dev.waypoint.extproc.ProcessorKit.LIMIT;
import static dev.waypoint.extproc.ProcessorKit.agree;
import static dev.waypoint.extproc.ProcessorKit.complete;
import static dev.waypoint.extproc.ProcessorKit.pass;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.transcript.TranscriptText;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeCalls;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seen of exchanges with a processor: counts, times, transcripts. */
class ObservedExchangesTest {

    private final ProcessorKit kit = new ProcessorKit();

    @Test
    void messagesAreCountedAndTimedByPhase() {
        try (var processor = new ScriptedProcessor(AGREE)) {
            FilterHarness harness = kit.harness(processor.port(), "test/counted", "");
            DrivenExchange exchange = pass(harness);
            FakeCalls calls = kit.environment.called("test/counted");
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
            FilterHarness harness = kit.harness(
                    processor.port(),
                    "test/gauges",
                    ", processing: {modes: {request: {headers: 'Skip', body: 'Streamed'}}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abc", false).sendData("defgh", false);
            harness.await(() -> processor.received.size() == 2, LIMIT);
            harness.loop().run();
            FakeCalls calls = kit.environment.called("test/gauges");
            assertThat(calls.gauges()).containsExactly(1L, 2L, 0L, 8L);
            exchange.end();
            harness.loop().run();
            assertThat(calls.gauges()).containsExactly(0L, 0L, 0L, 0L);
        }
    }

    @Test
    void traceNotesTellWhenEachMessageWasAnswered() {
        try (var processor = new ScriptedProcessor(AGREE)) {
            DrivenExchange exchange = pass(kit.harness(processor.port(), "test/noted", ""));
            assertThat(exchange.notes())
                    .anyMatch(note -> note.matches("ext-proc: test/noted ──▶ request_headers, [0-9]+ bytes"))
                    .anyMatch(note ->
                            note.matches("ext-proc: test/noted ◀── request_headers, [0-9]+ bytes, after [0-9.]+ ms"));
        }
    }

    private static final String TRUSTED = "{header: 'X-Debug', trustedSources: ['192.0.2.0/24'], record: true}";

    private List<Transcript> transcripts() {
        return kit.environment.recorded().values().stream()
                .map(text -> TranscriptText.read(text.lines().toList()))
                .toList();
    }

    @Test
    void markedExchangesAreRecordedWhole() {
        kit.environment.withRecordings();
        try (var processor = new ScriptedProcessor(AGREE)) {
            FilterHarness harness =
                    kit.harness(processor.port(), "test/recorded", ", debugging: {marked: [" + TRUSTED + "]}");
            complete(harness, pass(harness, "x-a", "1"));
            assertThat(kit.environment.recorded()).isEmpty();
            DrivenExchange marked = pass(harness, "x-debug", "1", "authorization", "Bearer secret");
            assertThat(marked.forwarded().headers().contains("x-debug"))
                    .as("the mark is taken off")
                    .isFalse();
            complete(harness, marked);
            assertThat(kit.environment.recorded().keySet())
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
            assertThat(kit.environment.recorded().toString()).doesNotContain("Bearer");
        }
    }

    @Test
    void samplesAreRecordedAndLongBodiesCut() {
        kit.environment.withRecordings();
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(
                message.hasRequestBody()
                        ? ProcessingResponse.newBuilder()
                                .setRequestBody(BodyResponse.newBuilder()
                                        .setResponse(CommonResponse.newBuilder()
                                                .setBodyMutation(BodyMutation.newBuilder()
                                                        .setBody(ByteString.copyFromUtf8("0123456789")))))
                                .build()
                        : agree(message)))) {
            FilterHarness harness = kit.harness(
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
        kit.environment.withRecordings();
        try (var processor = new ScriptedProcessor((message, replies) ->
                replies.onError(Status.INTERNAL.withDescription("broken").asException()))) {
            FilterHarness harness =
                    kit.harness(processor.port(), "test/failed", ", debugging: {transcripts: {sampledPercent: 100}}");
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
}
