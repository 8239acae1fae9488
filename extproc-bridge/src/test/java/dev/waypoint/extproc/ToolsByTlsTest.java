package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.waypoint.extproc.check.CheckMode;
import dev.waypoint.extproc.check.CheckReport;
import dev.waypoint.extproc.check.CheckRequest;
import dev.waypoint.extproc.check.CheckResult.Outcome;
import dev.waypoint.extproc.check.ProcessorCheck;
import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.extproc.client.ProcessorAddress.KeyPair;
import dev.waypoint.extproc.client.ProcessorAddress.Tls;
import dev.waypoint.extproc.replay.Replay;
import dev.waypoint.extproc.replay.ReplaySettings;
import dev.waypoint.extproc.transcript.Transcript;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.TrailersResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools for authors of processors by TLS and mutual TLS, with a real gRPC server. */
class ToolsByTlsTest {

    /** How the tool calls a server that may ask for a certificate. */
    private enum Call {
        BY_TLS(false, true, "processor.example", ProcessorTlsTest.SERVER, Optional.empty()),
        ANOTHER_AUTHORITY(false, false, "processor.example", ProcessorTlsTest.OTHER, Optional.empty()),
        ANOTHER_NAME(false, false, "shop.example", ProcessorTlsTest.SERVER, Optional.empty()),
        MUTUAL(true, true, "processor.example", ProcessorTlsTest.SERVER, Optional.of(ProcessorTlsTest.PROXY)),
        NO_CERTIFICATE(true, false, "processor.example", ProcessorTlsTest.SERVER, Optional.empty()),
        UNKNOWN_CERTIFICATE(
                true, false, "processor.example", ProcessorTlsTest.SERVER, Optional.of(ProcessorTlsTest.OTHER));

        private final boolean mutual;
        private final boolean served;
        private final String authority;
        private final TlsKeyPair trusted;
        private final Optional<TlsKeyPair> shown;

        Call(boolean mutual, boolean served, String authority, TlsKeyPair trusted, Optional<TlsKeyPair> shown) {
            this.mutual = mutual;
            this.served = served;
            this.authority = authority;
            this.trusted = trusted;
            this.shown = shown;
        }

        ScriptedProcessor processor() {
            return new ScriptedProcessor(0, ToolsByTlsTest::goOn, builder -> ProcessorTlsTest.tls(builder, mutual));
        }

        ProcessorAddress address(int port) {
            Tls tls = new Tls(
                    Optional.of(text(trusted, "ca.crt")),
                    shown.map(pair -> new KeyPair(text(pair, "tls.crt"), text(pair, "tls.key"))));
            return new ProcessorAddress("127.0.0.1", port, Optional.of(authority), Optional.of(tls));
        }

        private static String text(TlsKeyPair pair, String name) {
            return ProcessorTlsTest.secret(pair).getOrDefault(name, "");
        }
    }

    private static void goOn(ProcessingRequest message, StreamObserver<ProcessingResponse> replies) {
        HeadersResponse unchanged = HeadersResponse.getDefaultInstance();
        switch (message.getRequestCase()) {
            case REQUEST_HEADERS ->
                replies.onNext(ProcessingResponse.newBuilder()
                        .setRequestHeaders(unchanged)
                        .build());
            case RESPONSE_HEADERS ->
                replies.onNext(ProcessingResponse.newBuilder()
                        .setResponseHeaders(unchanged)
                        .build());
            case REQUEST_TRAILERS ->
                replies.onNext(ProcessingResponse.newBuilder()
                        .setRequestTrailers(TrailersResponse.getDefaultInstance())
                        .build());
            case RESPONSE_TRAILERS ->
                replies.onNext(ProcessingResponse.newBuilder()
                        .setResponseTrailers(TrailersResponse.getDefaultInstance())
                        .build());
            case REQUEST_BODY, RESPONSE_BODY, REQUEST_NOT_SET -> {}
        }
    }

    @ParameterizedTest
    @EnumSource
    void processorsAreChecked(Call call) {
        try (ScriptedProcessor processor = call.processor()) {
            CheckReport report = ProcessorCheck.run(new CheckRequest(
                    call.address(processor.port()),
                    call.served ? List.of(CheckMode.HEADERS) : List.of(),
                    Duration.ofSeconds(2),
                    "POST",
                    "/",
                    List.of(),
                    CheckRequest.USUAL_BODY));

            assertThat(report.isUnreachable()).isEqualTo(!call.served);
            assertThat(report.count(Outcome.FAIL)).as(report.text()).isEqualTo(call.served ? 0 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void transcriptsArePlayed(Call call) {
        ProcessingRequest asked = ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setEndOfStream(true))
                .build();
        ProcessingResponse answered = ProcessingResponse.newBuilder()
                .setRequestHeaders(HeadersResponse.getDefaultInstance())
                .build();
        Transcript transcript = new Transcript(
                new Transcript.Origin("shop/p", "ExtProcPolicy shop/p", "id", "GET /", "marked", Instant.EPOCH),
                List.of(
                        new Transcript.Sent(0, asked.getSerializedSize(), 0, asked),
                        new Transcript.Received(100, answered.getSerializedSize(), 0, 100, answered),
                        new Transcript.Ended(200, Transcript.How.CLOSED_BY_PROXY, "")));
        Replay replay = new Replay("one", transcript, ReplaySettings.of(List.of(), List.of(), Duration.ofSeconds(2)));
        try (ScriptedProcessor processor = call.processor()) {
            assertThat(replay.differences(call.address(processor.port())).isEmpty())
                    .isEqualTo(call.served);
        }
    }
}
