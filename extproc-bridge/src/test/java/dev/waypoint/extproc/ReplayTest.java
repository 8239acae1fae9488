package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.extproc.replay.Difference;
import dev.waypoint.extproc.replay.Replay;
import dev.waypoint.extproc.replay.ReplaySettings;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.transcript.TranscriptText;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges are recorded by the filter with a real processor, and played against others. */
class ReplayTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ReplaySettings STRICT = new ReplaySettings(Set.of(), Set.of(), LIMIT);

    /** Sets a header, puts bodies in upper case, and cuts streamed bodies into pieces of a length. */
    private static BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> editor(String value, int piece) {
        return (message, replies) -> {
            switch (message.getRequestCase()) {
                case REQUEST_HEADERS ->
                    replies.onNext(ProcessingResponse.newBuilder()
                            .setRequestHeaders(HeadersResponse.newBuilder()
                                    .setResponse(CommonResponse.newBuilder()
                                            .setHeaderMutation(HeaderMutation.newBuilder()
                                                    .addSetHeaders(HeaderValueOption.newBuilder()
                                                            .setHeader(HeaderValue.newBuilder()
                                                                    .setKey("x-edit")
                                                                    .setRawValue(ByteString.copyFromUtf8(value)))))))
                            .build());
                case REQUEST_BODY -> body(message, piece).forEach(replies::onNext);
                case RESPONSE_HEADERS, RESPONSE_BODY, REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET -> {}
            }
        };
    }

    private static List<ProcessingResponse> body(ProcessingRequest message, int piece) {
        String text = message.getRequestBody().getBody().toStringUtf8().toUpperCase(Locale.ROOT);
        boolean end = message.getRequestBody().getEndOfStream();
        if (piece == 0) {
            return List.of(reply(BodyMutation.newBuilder().setBody(ByteString.copyFromUtf8(text))));
        }
        List<ProcessingResponse> replies = new ArrayList<>();
        for (int at = 0; at < text.length() || (at == 0 && end); at += piece) {
            int to = Math.min(text.length(), at + piece);
            replies.add(reply(BodyMutation.newBuilder()
                    .setStreamedResponse(StreamedBodyResponse.newBuilder()
                            .setBody(ByteString.copyFromUtf8(text.substring(at, to)))
                            .setEndOfStream(end && to == text.length()))));
        }
        return replies;
    }

    private static ProcessingResponse reply(BodyMutation.Builder mutation) {
        return ProcessingResponse.newBuilder()
                .setRequestBody(BodyResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder().setBodyMutation(mutation)))
                .build();
    }

    private static Replay record(ScriptedProcessor processor, String mode, String debugging) {
        FakeEnvironment environment = new FakeEnvironment()
                .withRecordings()
                .withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
        FilterHarness harness = FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {backendRef: {name: 'processor', port: 9000}}, processing: {modes: {request: {body: '"
                        + mode
                        + "', trailers: '" + (mode.startsWith("Full") ? "Send" : "Skip")
                        + "'}, response: {headers: 'Skip'}}},"
                        + " debugging: {transcripts: {sampledPercent: 100" + debugging + "}}}",
                environment);
        DrivenExchange exchange = harness.exchange("POST", "/");
        exchange.sendHead(false).sendData("abc", false).sendData("defgh", true);
        harness.await(() -> exchange.toUpstream().isEnded() || exchange.reply().isPresent(), LIMIT);
        exchange.end();
        Transcript transcript = TranscriptText.read(
                environment.recorded().values().iterator().next().lines().toList());
        return new Replay(mode, transcript, STRICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"None", "Buffered", "Streamed", "BufferedPartial", "FullDuplexStreamed"})
    void theSameProcessorAnswersAsBefore(String mode) {
        int piece = mode.startsWith("Full") ? 5 : 0;
        try (var processor = new ScriptedProcessor(editor("1", piece))) {
            Replay replay = record(processor, mode, "");
            int before = processor.received.size();
            assertThat(replay.differences(ProcessorAddress.plain("127.0.0.1", processor.port())))
                    .isEmpty();
            assertThat(processor.received.subList(before, 2 * before)).isEqualTo(processor.received.subList(0, before));
            replay.against("127.0.0.1", processor.port());
        }
    }

    @Test
    void whatIsAnsweredDifferentlyIsNamedWithItsPlace() {
        try (var processor = new ScriptedProcessor(editor("1", 0));
                var changed = new ScriptedProcessor(editor("2", 0))) {
            Replay replay = record(processor, "Buffered", "");
            assertThat(replay.differences(ProcessorAddress.plain("127.0.0.1", changed.port())))
                    .containsExactly(new Difference(
                            "reply 1 (request_headers) requestHeaders.response.headerMutation.setHeaders[x-edit].header.rawText",
                            "1",
                            "2"));
            assertThatThrownBy(() -> replay.against("127.0.0.1", changed.port()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("recorded  1")
                    .hasMessageContaining("now       2");
            ReplaySettings volatileHeader = ReplaySettings.of(List.of("X-Edit"), List.of(), LIMIT);
            assertThat(new Replay("", replay.transcript(), volatileHeader)
                            .differences(ProcessorAddress.plain("127.0.0.1", changed.port())))
                    .isEmpty();
            ReplaySettings volatileField = ReplaySettings.of(List.of(), List.of("headerMutation"), LIMIT);
            assertThat(new Replay("", replay.transcript(), volatileField)
                            .differences(ProcessorAddress.plain("127.0.0.1", changed.port())))
                    .isEmpty();
        }
    }

    @Test
    void theBordersOfStreamedPiecesMeanNothing() {
        try (var processor = new ScriptedProcessor(editor("1", 2));
                var other = new ScriptedProcessor(editor("1", 100))) {
            Replay replay = record(processor, "FullDuplexStreamed", "");
            assertThat(replay.transcript().received()).hasSizeGreaterThan(4);
            assertThat(replay.differences(ProcessorAddress.plain("127.0.0.1", other.port())))
                    .isEmpty();
        }
    }

    @Test
    void aReplyThatDoesNotComeIsMissing() {
        try (var processor = new ScriptedProcessor(editor("1", 0));
                var silent = new ScriptedProcessor((message, replies) -> {
                    if (message.hasRequestHeaders()) {
                        editor("1", 0).accept(message, replies);
                    }
                })) {
            Replay replay = record(processor, "Buffered", "");
            ReplaySettings hasty = new ReplaySettings(Set.of(), Set.of(), Duration.ofMillis(300));
            assertThat(new Replay("", replay.transcript(), hasty)
                            .differences(ProcessorAddress.plain("127.0.0.1", silent.port())))
                    .singleElement()
                    .satisfies(difference -> {
                        assertThat(difference.place()).isEqualTo("reply 2");
                        assertThat(difference.recorded()).contains("\"bodyText\":\"ABCDEFGH\"");
                        assertThat(difference.now()).isEmpty();
                    });
        }
    }

    @Test
    void failuresAreCompared() {
        BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> broken = (message, replies) ->
                replies.onError(Status.INTERNAL.withDescription("broken").asException());
        try (var processor = new ScriptedProcessor(editor("1", 0));
                var failing = new ScriptedProcessor(broken)) {
            Replay good = record(processor, "None", "");
            assertThat(good.differences(ProcessorAddress.plain("127.0.0.1", failing.port())))
                    .extracting(Difference::place)
                    .containsExactly("reply 1", "the end of the stream");
            Replay bad = record(failing, "None", "");
            assertThat(bad.differences(ProcessorAddress.plain("127.0.0.1", failing.port())))
                    .isEmpty();
            assertThat(bad.differences(ProcessorAddress.plain("127.0.0.1", processor.port())))
                    .contains(new Difference("the end of the stream", "gRPC status 13", "open"));
        }
    }

    @Test
    void whatWasCutCannotBePlayed() {
        try (var processor = new ScriptedProcessor(editor("1", 0))) {
            Replay replay = record(processor, "Buffered", ", maxBodyBytes: 2");
            int before = processor.received.size();
            assertThat(replay.differences(ProcessorAddress.plain("127.0.0.1", processor.port())))
                    .singleElement()
                    .extracting(Difference::now)
                    .asString()
                    .contains("maxBodyBytes");
            assertThat(processor.received).hasSize(before);
        }
    }
}
