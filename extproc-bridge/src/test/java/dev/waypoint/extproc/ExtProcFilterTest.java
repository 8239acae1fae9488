package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.HttpStatus;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StatusCode;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.ConfigContract;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ExtProcFilterTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static FilterHarness harness(int port, String rest) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", port)));
        String config = "{provider: {backendRef: {name: 'processor', port: 9000}}, failure: {messageTimeout: '1s'}"
                + rest + "}";
        return FilterHarness.of(new ExtProcFilterFactory(), config, environment);
    }

    private static void await(FilterHarness harness, BooleanSupplier happened) {
        harness.await(happened, LIMIT);
    }

    private static ProcessingResponse headersReply(ProcessingRequest message, String name, String value) {
        CommonResponse reply = CommonResponse.newBuilder()
                .setHeaderMutation(HeaderMutation.newBuilder()
                        .addSetHeaders(HeaderValueOption.newBuilder()
                                .setHeader(HeaderValue.newBuilder()
                                        .setKey(name)
                                        .setRawValue(ByteString.copyFromUtf8(value)))))
                .build();
        HeadersResponse headers =
                HeadersResponse.newBuilder().setResponse(reply).build();
        return message.hasRequestHeaders()
                ? ProcessingResponse.newBuilder().setRequestHeaders(headers).build()
                : ProcessingResponse.newBuilder().setResponseHeaders(headers).build();
    }

    private static ProcessingResponse echo(ProcessingRequest message) {
        if (message.hasRequestBody()) {
            BodyMutation body = BodyMutation.newBuilder()
                    .setStreamedResponse(StreamedBodyResponse.newBuilder()
                            .setBody(message.getRequestBody().getBody())
                            .setEndOfStream(message.getRequestBody().getEndOfStream()))
                    .build();
            return ProcessingResponse.newBuilder()
                    .setRequestBody(BodyResponse.newBuilder()
                            .setResponse(CommonResponse.newBuilder().setBodyMutation(body)))
                    .build();
        }
        return headersReply(message, "x-seen", "1");
    }

    @Test
    void configurationIsSound() {
        ConfigContract.check(new ExtProcFilterFactory(), """
                {provider: {backendRef: {name: 'processor', namespace: 'a', port: 9000}, authority: 'p', maxConcurrentStreams: 5,
                  initialMetadata: {a: 'b'}, tls: {serverName: 'p', caRef: {name: 'ca'}}},
                 processing: {modes: {request: {headers: 'Send', body: 'Streamed'}, response: {body: 'Buffered'}}},
                 permissions: {mutationRules: {allowExpression: 'x-.*'}, modeOverride: true, allowedOverrides: [{request: {body: 'Buffered'}}]},
                 failure: {mode: 'Open', status: 503, messageTimeout: '1s'},
                 sharing: {requestAttributes: {path: 'request.path'}, metadata: {k: 'v'}, readable: {untyped: ['a']},
                   shownHeaders: {hide: [{value: 'x'}]}},
                 buffers: {maxBytes: 10}, mode: 'Enforce'}
                """);
    }

    @Test
    void bothHeadsAreShownAndChanged() {
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            FilterHarness harness = harness(processor.port(), "");
            DrivenExchange exchange = harness.exchange("GET", "/p", "x-a", "1");
            exchange.sendHead(true);
            await(harness, () -> exchange.toUpstream().head().isPresent());
            assertThat(exchange.forwarded().header("x-seen")).isEqualTo("1");
            exchange.respondHead(200, true);
            await(harness, () -> exchange.toClient().head().isPresent());
            assertThat(exchange.responded().header("x-seen")).isEqualTo("1");
            exchange.end();
            await(harness, () -> !processor.ends.isEmpty());
            assertThat(processor.ends).containsExactly("half-closed");
            assertThat(processor.received).hasSize(2);
            assertThat(processor.received.getFirst().hasProtocolConfig()).isTrue();
            assertThat(processor
                            .received
                            .getFirst()
                            .getRequestHeaders()
                            .getHeaders()
                            .getHeadersList())
                    .extracting(HeaderValue::getKey)
                    .contains(":method", ":path", ":scheme", ":authority", "x-a");
        }
    }

    @Test
    void nothingWaitsForAStreamThatEnded() {
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            FilterHarness harness = harness(processor.port(), "");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            await(harness, () -> exchange.toUpstream().head().isPresent());
            exchange.respondHead(200, true);
            await(harness, () -> exchange.toClient().head().isPresent());
            exchange.end();
            await(harness, () -> !harness.loop().hasTimers());
        }
    }

    @Test
    void duplexBodiesComeBack() {
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(echo(message)))) {
            FilterHarness harness = harness(
                    processor.port(),
                    ", processing: {modes: {request: {body: 'FullDuplexStreamed', trailers: 'Send'}, response: {headers: 'Skip'}}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abc", false).sendData("def", true);
            await(harness, () -> exchange.toUpstream().isEnded());
            assertThat(exchange.toUpstream().body()).isEqualTo("abcdef");
        }
    }

    @Test
    void immediateResponseAnswers() {
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCode(StatusCode.Forbidden))
                        .setBody(ByteString.copyFromUtf8("no")))
                .build()))) {
            FilterHarness harness = harness(processor.port(), "");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            await(harness, () -> exchange.reply().isPresent());
            assertThat(exchange.replied().status()).isEqualTo(403);
            assertThat(exchange.replied().bodyText()).isEqualTo("no");
        }
    }

    @Test
    void silenceIs504AfterTheMessageTimeout() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            FilterHarness harness = harness(processor.port(), "");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            await(harness, () -> !processor.received.isEmpty());
            harness.pass(Duration.ofMillis(999));
            assertThat(exchange.reply()).isEmpty();
            harness.pass(Duration.ofMillis(2));
            assertThat(exchange.replied().status()).isEqualTo(504);
            assertThat(harness.environment().counted("message_timeouts")).isEqualTo(1);
        }
    }

    @Test
    void errorsFailClosedOrOpen() {
        BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> broken = (message, replies) ->
                replies.onError(Status.INTERNAL.withDescription("broken").asException());
        try (var processor = new ScriptedProcessor(broken)) {
            FilterHarness closed = harness(processor.port(), "");
            DrivenExchange refused = closed.exchange("GET", "/");
            refused.sendHead(true);
            await(closed, () -> refused.reply().isPresent());
            assertThat(refused.replied().status()).isEqualTo(500);
            assertThat(refused.replied().detail()).isEqualTo("ext_proc_error_gRPC_error_13{broken}");
        }
    }

    @Test
    void nobodyListening() {
        int port;
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            port = processor.port();
        }
        FilterHarness harness = harness(port, "");
        DrivenExchange exchange = harness.exchange("GET", "/");
        exchange.sendHead(true);
        await(harness, () -> exchange.reply().isPresent());
        assertThat(exchange.replied().status()).isEqualTo(500);
        assertThat(exchange.replied().detail()).startsWith("ext_proc_error_gRPC_error_14{");
    }

    @Test
    void aProcessorThatComesBackIsUsedWithinASecond() {
        int port;
        FilterHarness harness;
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            port = processor.port();
            harness = harness(port, "");
            assertThat(isServed(harness)).isTrue();
        }
        assertThat(isServed(harness)).isFalse();
        try (var restarted = new ScriptedProcessor(
                port, (message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            long start = System.nanoTime();
            while (!isServed(harness)) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            }
            assertThat(restarted.received).isNotEmpty();
        }
    }

    /** Whether a request passes the processor; if not, it is answered with an error. */
    private static boolean isServed(FilterHarness harness) {
        DrivenExchange exchange = harness.exchange("GET", "/");
        exchange.sendHead(true);
        await(
                harness,
                () -> exchange.toUpstream().head().isPresent()
                        || exchange.reply().isPresent());
        exchange.end();
        return exchange.reply().isEmpty();
    }

    @Test
    void refusedStreamsAreTriedAgainElsewhere() {
        int nobody;
        try (var gone = new ScriptedProcessor((message, replies) -> {})) {
            nobody = gone.port();
        }
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            FakeEnvironment environment = new FakeEnvironment()
                    .withEndpoints(
                            SERVICE,
                            List.of(new Endpoint("127.0.0.1", nobody), new Endpoint("127.0.0.1", processor.port())));
            FilterHarness harness = FilterHarness.of(
                    new ExtProcFilterFactory(),
                    "{provider: {backendRef: {name: 'processor', port: 9000}, startRetries: 1, authority: 'retry'}}",
                    environment);
            for (int i = 0; i < 4; i++) {
                assertThat(isServed(harness)).isTrue();
            }
        }
    }

    @Test
    void moreStreamsThanTheLimitFailWithTheirCause() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            FakeEnvironment environment =
                    new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
            FilterHarness harness = FilterHarness.of(
                    new ExtProcFilterFactory(),
                    "{provider: {backendRef: {name: 'processor', port: 9000}, maxConcurrentStreams: 1}}",
                    environment);
            DrivenExchange first = harness.exchange("GET", "/");
            first.sendHead(true);
            DrivenExchange second = harness.exchange("GET", "/");
            second.sendHead(true);
            assertThat(second.replied().status()).isEqualTo(500);
            assertThat(second.replied().detail()).contains("limit_of_1_concurrent_streams");
            first.end();
            await(harness, () -> !processor.ends.isEmpty());
        }
    }

    @Test
    void attributesAreCel() {
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(headersReply(message, "x-seen", "1")))) {
            FilterHarness harness = harness(
                    processor.port(),
                    ", sharing: {requestAttributes: {p: 'request.path', sum: '1 + 2', n: 'size(request.path)', none: \"request.headers['none']\","
                            + " tls: \"connection.mtls ? 'yes' : 'no'\", m: 'request.headers'}}");
            DrivenExchange exchange = harness.exchange("GET", "/p?q=1");
            exchange.sendHead(true);
            await(harness, () -> exchange.toUpstream().head().isPresent());
            Struct facts = processor
                    .received
                    .getFirst()
                    .getAttributesMap()
                    .getOrDefault("envoy.filters.http.ext_proc", Struct.getDefaultInstance());
            assertThat(facts.getFieldsMap().get("p")).isEqualTo(text("/p?q=1"));
            assertThat(facts.getFieldsMap().get("sum")).isEqualTo(number(3));
            assertThat(facts.getFieldsMap().get("n")).isEqualTo(number(6));
            assertThat(facts.getFieldsMap().get("tls")).isEqualTo(text("no"));
            assertThat(facts.getFieldsMap().get("m")).isEqualTo(text("CelMap value"));
            assertThat(facts.getFieldsMap()).doesNotContainKey("none");
        }
    }

    @Test
    void whatIsNotCelIsAFinding() {
        assertThat(
                        FilterHarness.findings(
                                new ExtProcFilterFactory(),
                                "{provider: {backendRef: {name: 'p', port: 1}}, sharing: {requestAttributes: {a: 'request.path +* 1'}}}"))
                .singleElement()
                .asString()
                .contains("CEL");
    }

    @Test
    void ourMessagesStandBesideThePublishedOnes() {
        assertThat(ProcessingRequest.getDescriptor().getFullName())
                .isEqualTo("envoy.service.ext_proc.v3.ProcessingRequest");
        assertThat(List.of(ProcessingRequest.class.getPackageName())).containsExactly("dev.waypoint.extproc.v3");
    }

    private static Value number(double value) {
        return Value.newBuilder().setNumberValue(value).build();
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }
}
