package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.transcript.TranscriptText;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies in memory that is used again: what the processor, the upstream and the record get is what came, and all is given back. */
class LentBodiesTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Small ones, one larger than a message's usual memory, and one larger than what is read at once. */
    private static final List<String> PIECES = List.of(
            "a".repeat(10),
            "b".repeat(10),
            "c".repeat(9_000),
            "d".repeat(60_000),
            "e".repeat(70_000),
            "f".repeat(60_000),
            "g");

    private final FakeEnvironment environment = new FakeEnvironment();
    private final List<ByteBuf> buffers = new ArrayList<>();

    /** Lets all through; bodies of full duplex are given back. */
    private static void agree(ProcessingRequest message, StreamObserver<ProcessingResponse> replies, boolean duplex) {
        ProcessingResponse.Builder reply = ProcessingResponse.newBuilder();
        if (message.hasRequestHeaders()) {
            reply.setRequestHeaders(HeadersResponse.getDefaultInstance());
        } else {
            HttpBody body = message.getRequestBody();
            CommonResponse.Builder answer = CommonResponse.newBuilder();
            if (duplex) {
                answer.setBodyMutation(BodyMutation.newBuilder()
                        .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                .setBody(body.getBody())
                                .setEndOfStream(body.getEndOfStream())));
            }
            reply.setRequestBody(BodyResponse.newBuilder().setResponse(answer));
        }
        replies.onNext(reply.build());
    }

    private HttpData pooled(String text) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer();
        buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
        buffers.add(buffer);
        return HttpData.wrap(buffer);
    }

    private FilterHarness harness(ScriptedProcessor processor, String mode, String rest) {
        environment.withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
        String trailers = mode.equals("FullDuplexStreamed") ? ", trailers: 'Send'" : "";
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {name: 'test/lent', backendRef: {name: 'processor', port: 9000}}, processing: {modes:"
                        + " {request: {body: '" + mode + "'" + trailers + "}, response: {headers: 'Skip'}}}" + rest
                        + "}",
                environment);
    }

    private void send(DrivenExchange exchange, List<String> pieces, boolean end) {
        for (int i = 0; i < pieces.size(); i++) {
            exchange.sendData(pooled(pieces.get(i)), end && i == pieces.size() - 1);
        }
    }

    private static String heard(ScriptedProcessor processor) {
        return processor.received.stream()
                .map(message -> message.getRequestBody().getBody().toStringUtf8())
                .collect(Collectors.joining());
    }

    @ParameterizedTest(name = "{0}, {1} pieces before the processor is reached")
    @CsvSource({
        "FullDuplexStreamed, 0",
        "FullDuplexStreamed, 3",
        "FullDuplexStreamed, 7",
        "Streamed, 0",
        "Streamed, 3",
        "Buffered, 3",
        "BufferedPartial, 7"
    })
    void bodiesArriveAsTheyWere(String mode, int early) {
        String whole = String.join("", PIECES);
        try (var processor = new ScriptedProcessor(
                (message, replies) -> agree(message, replies, mode.equals("FullDuplexStreamed")))) {
            FilterHarness harness = harness(processor, mode, "");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false);
            send(exchange, PIECES.subList(0, early), early == PIECES.size());
            if (early < PIECES.size()) {
                harness.await(() -> !processor.received.isEmpty(), LIMIT);
                send(exchange, PIECES.subList(early, PIECES.size()), true);
            }
            harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
            assertThat(heard(processor)).isEqualTo(whole);
            assertThat(exchange.toUpstream().body()).isEqualTo(whole);
            exchange.end();
        }
        assertThat(buffers)
                .hasSize(PIECES.size())
                .allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
    }

    @Test
    void theRecordKeepsWhatWasSent() {
        environment.withRecordings();
        try (var processor = new ScriptedProcessor((message, replies) -> agree(message, replies, true))) {
            FilterHarness harness = harness(
                    processor,
                    "FullDuplexStreamed",
                    ", debugging: {transcripts: {sampledPercent: 100, maxBodyBytes: 4}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false);
            harness.await(() -> exchange.toUpstream().head().isPresent(), LIMIT);
            send(exchange, List.of("first", "second"), true);
            harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
            exchange.end();
        }
        Transcript transcript = TranscriptText.read(
                environment.recorded().values().iterator().next().lines().toList());
        assertThat(transcript
                        .sent()
                        .map(sent -> sent.message().getRequestBody().getBody().toStringUtf8()))
                .containsExactly("", "firs", "seco");
    }
}
