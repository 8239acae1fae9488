package dev.waypoint.extproc.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.check.CheckResult.Outcome;
import dev.waypoint.extproc.client.ProcessorAddress;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.server.ProcessorServer;
import dev.waypoint.extproc.server.ProcessorService;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.TrailersResponse;
import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProcessorCheckTest {

    private static CheckReport check(BindableService service, CheckMode... modes) throws IOException {
        try (ProcessorServer server =
                ProcessorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service)) {
            return check(server.port(), modes);
        }
    }

    private static CheckReport check(int port, CheckMode... modes) {
        CheckRequest request = new CheckRequest(
                ProcessorAddress.plain("127.0.0.1", port),
                Arrays.asList(modes),
                Duration.ofMillis(700),
                "POST",
                "/",
                List.of(),
                CheckRequest.USUAL_BODY);
        return ProcessorCheck.run(request);
    }

    /** Fits every mode. */
    private static final ProcessorService GOOD = new ProcessorService(exchange -> new ProcessorSession() {
        @Override
        public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none().set("x-seen", "1"));
        }

        @Override
        public BodyAnswer onRequestBody(ByteString data, boolean end) {
            return BodyAnswer.replaced(data);
        }
    });

    @Test
    void aGoodProcessorPassesInEveryMode() throws IOException {
        CheckReport report = check(GOOD, CheckMode.values());
        assertThat(report.results())
                .as(report.text())
                .filteredOn(result -> result.outcome() == Outcome.FAIL)
                .isEmpty();
        assertThat(report.count(Outcome.PASS)).isGreaterThan(40);
        assertThat(report.json().path("failed").asInt()).isZero();
        assertThat(report.json().path("checks").size())
                .isEqualTo(report.results().size());
    }

    @Test
    void nobodyIsThere() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CheckReport report = check(port, CheckMode.HEADERS);
        assertThat(report.isUnreachable()).isTrue();
        assertThat(report.results()).hasSize(1);
    }

    /** A way to be wrong. */
    private enum Broken {
        SILENT_ON_RESPONSES("answered", CheckMode.HEADERS, (message, replies) -> {
            if (!message.hasResponseHeaders()) {
                replies.onNext(answer(message));
            }
        }),
        ANSWERS_TWICE("unexpected-reply", CheckMode.HEADERS, (message, replies) -> {
            replies.onNext(answer(message));
            replies.onNext(answer(message));
        }),
        ANSWERS_ANOTHER_KIND(
                "unexpected-reply",
                CheckMode.STREAMED,
                (message, replies) -> replies.onNext(
                        message.hasRequestBody()
                                ? ProcessingResponse.newBuilder()
                                        .setRequestHeaders(HeadersResponse.getDefaultInstance())
                                        .build()
                                : answer(message))),
        PLAIN_BODY_IN_DUPLEX(
                "plain-body-in-duplex-mode", CheckMode.DUPLEX, (message, replies) -> replies.onNext(answer(message))),
        NO_END_IN_DUPLEX(
                "answered",
                CheckMode.DUPLEX,
                (message, replies) -> replies.onNext(
                        message.hasRequestBody()
                                ? piece(message.getRequestBody().getBody(), false)
                                : answer(message))),
        WRONG_LENGTH(
                "length-mismatch",
                CheckMode.BUFFERED,
                (message, replies) -> replies.onNext(message.hasRequestBody() ? body("short") : lengthSetter(message))),
        VALUE_FOR_RAW_VALUE(
                "value-not-raw",
                CheckMode.HEADERS,
                (message, replies) -> replies.onNext(message.hasRequestHeaders() ? valueSetter() : answer(message))),
        ANSWERS_THE_UNKNOWN(
                "unknown-message",
                CheckMode.HEADERS,
                (message, replies) -> replies.onNext(
                        message.getRequestCase() == ProcessingRequest.RequestCase.REQUEST_NOT_SET
                                ? ProcessingResponse.getDefaultInstance()
                                : answer(message))),
        NEEDS_PROTOCOL_CONFIG("no-protocol-config", CheckMode.HEADERS, (message, replies) -> {
            if (message.hasRequestHeaders() && !message.hasProtocolConfig()) {
                replies.onError(Status.INVALID_ARGUMENT.asException());
            } else {
                replies.onNext(answer(message));
            }
        }),
        REJECTS_UNKNOWN_FIELDS("unknown-fields", CheckMode.HEADERS, (message, replies) -> {
            if (message.getUnknownFields().asMap().isEmpty()) {
                replies.onNext(answer(message));
            } else {
                replies.onError(Status.INVALID_ARGUMENT.asException());
            }
        });

        private final String rule;
        private final CheckMode mode;
        private final BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script;

        Broken(String rule, CheckMode mode, BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script) {
            this.rule = rule;
            this.mode = mode;
            this.script = script;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Broken.class)
    void aBrokenProcessorIsToldWhichRuleItBreaks(Broken broken) throws IOException {
        CheckReport report = check(new Scripted(broken.script, true), broken.mode);
        assertThat(report.results())
                .as(report.text())
                .flatExtracting(CheckResult::complaints)
                .extracting(Complaint::rule)
                .contains(broken.rule);
        assertThat(report.text()).contains("rule " + broken.rule + ": ").contains("remedy: ");
    }

    @Test
    void anErrorAfterTheHalfCloseIsFound() throws IOException {
        CheckReport report = check(new Scripted((message, replies) -> replies.onNext(answer(message)), false));
        assertThat(report.results())
                .filteredOn(result -> result.outcome() == Outcome.FAIL)
                .extracting(CheckResult::check)
                .contains("half-close after the last reply", "half-close before the first message");
    }

    private static ProcessingResponse answer(ProcessingRequest message) {
        ProcessingResponse.Builder reply = ProcessingResponse.newBuilder();
        switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> reply.setRequestHeaders(HeadersResponse.getDefaultInstance());
            case RESPONSE_HEADERS -> reply.setResponseHeaders(HeadersResponse.getDefaultInstance());
            case REQUEST_BODY -> reply.setRequestBody(BodyResponse.getDefaultInstance());
            case RESPONSE_BODY -> reply.setResponseBody(BodyResponse.getDefaultInstance());
            case REQUEST_TRAILERS -> reply.setRequestTrailers(TrailersResponse.getDefaultInstance());
            case RESPONSE_TRAILERS -> reply.setResponseTrailers(TrailersResponse.getDefaultInstance());
            case REQUEST_NOT_SET -> reply.setRequestHeaders(HeadersResponse.getDefaultInstance());
        }
        return reply.build();
    }

    private static ProcessingResponse piece(ByteString body, boolean end) {
        BodyMutation.Builder mutation = BodyMutation.newBuilder();
        mutation.getStreamedResponseBuilder().setBody(body).setEndOfStream(end);
        return bodyReply(mutation);
    }

    private static ProcessingResponse body(String text) {
        return bodyReply(BodyMutation.newBuilder().setBody(ByteString.copyFromUtf8(text)));
    }

    private static ProcessingResponse bodyReply(BodyMutation.Builder mutation) {
        return ProcessingResponse.newBuilder()
                .setRequestBody(BodyResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder().setBodyMutation(mutation)))
                .build();
    }

    private static ProcessingResponse lengthSetter(ProcessingRequest message) {
        return message.hasRequestHeaders() ? setter("content-length", "44", true) : answer(message);
    }

    private static ProcessingResponse valueSetter() {
        return setter("x-a", "1", false);
    }

    private static ProcessingResponse setter(String name, String value, boolean raw) {
        HeaderValue.Builder header = HeaderValue.newBuilder().setKey(name);
        HeaderValueOption.Builder option = HeaderValueOption.newBuilder()
                .setHeader(raw ? header.setRawValue(ByteString.copyFromUtf8(value)) : header.setValue(value));
        return ProcessingResponse.newBuilder()
                .setRequestHeaders(HeadersResponse.newBuilder()
                        .setResponse(CommonResponse.newBuilder()
                                .setHeaderMutation(HeaderMutation.newBuilder().addSetHeaders(option))))
                .build();
    }

    /** Does what a script says; ends streams as it should, or with an error. */
    private static final class Scripted extends ExternalProcessorGrpc.ExternalProcessorImplBase {

        private final BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script;
        private final boolean endsWell;

        Scripted(BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script, boolean endsWell) {
            this.script = script;
            this.endsWell = endsWell;
        }

        @Override
        public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
            return new StreamObserver<>() {
                @Override
                public void onNext(ProcessingRequest message) {
                    script.accept(message, replies);
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    if (endsWell) {
                        replies.onCompleted();
                    } else {
                        replies.onError(Status.INTERNAL.asException());
                    }
                }
            };
        }
    }
}
