package dev.waypoint.extproc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.Processor;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.processor.TrailersAnswer;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Modes;
import dev.waypoint.extproc.state.SendMode;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorServiceTest {

    /** Turns bodies into capital letters, and marks what passes. */
    private static final Processor SHOUTING = exchange -> new ProcessorSession() {
        @Override
        public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none()
                    .set("x-path", headers.first(":path").orElseThrow())
                    .add("x-tag", "b")
                    .remove("x-secret"));
        }

        @Override
        public BodyAnswer onRequestBody(ByteString data, boolean end) {
            return shout(data);
        }

        @Override
        public HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
            return HeadersAnswer.proceed(HeaderChanges.none()
                    .set("x-status", headers.first(":status").orElseThrow()));
        }

        @Override
        public BodyAnswer onResponseBody(ByteString data, boolean end) {
            return shout(data);
        }

        @Override
        public TrailersAnswer onResponseTrailers(MessageHeaders trailers) {
            return TrailersAnswer.changed(HeaderChanges.none().set("x-sum", "7"));
        }
    };

    private static BodyAnswer shout(ByteString data) {
        return BodyAnswer.replaced(ByteString.copyFromUtf8(data.toStringUtf8().toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "None, abcdef",
        "Streamed, ABCDEF",
        "Buffered, ABCDEF",
        "BufferedPartial, ABCDEF",
        "FullDuplexStreamed, ABCDEF"
    })
    void theSameProcessorServesEveryMode(String mode, String expected) {
        try (ServedRig rig = new ServedRig(new ProcessorService(SHOUTING))) {
            FilterHarness harness = rig.proxy("{request: {body: '" + mode + "', trailers: 'Send'}, response: {body: '"
                    + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("POST", "/p", "x-tag", "a", "x-secret", "1");
            exchange.sendHead(false).sendData("abc", false).sendData("def", true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.toUpstream().body()).isEqualTo(expected);
            assertThat(exchange.forwarded().header("x-path")).isEqualTo("/p");
            assertThat(exchange.forwarded().headers().getAll("x-tag")).containsExactly("a", "b");
            assertThat(exchange.forwarded().headers().contains("x-secret")).isFalse();
            exchange.respondHead(201, false, "content-length", "6")
                    .respondData("abc", false)
                    .respondData("def", false);
            exchange.respondTrailers("x-end", "1");
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.responded().header("x-status")).isEqualTo("201");
            assertThat(exchange.toClient().body()).isEqualTo(expected);
            assertThat(exchange.toClient().trailers().orElseThrow().get("x-sum"))
                    .isEqualTo("7");
            assertThat(harness.environment().counted("spurious_msgs_received")).isZero();
            exchange.end();
        }
    }

    @Test
    void aBufferedBodyOfAnotherLengthIsAccepted() {
        Processor longer = exchange -> new ProcessorSession() {
            @Override
            public BodyAnswer onRequestBody(ByteString data, boolean end) {
                return BodyAnswer.replaced(data, data).with(HeaderChanges.none().set("x-doubled", "yes"));
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(longer))) {
            FilterHarness harness = rig.proxy("{request: {body: 'Buffered'}}");
            DrivenExchange exchange = harness.exchange("POST", "/", "content-length", "3");
            exchange.sendHead(false).sendData("abc", true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.toUpstream().body()).isEqualTo("abcabc");
            assertThat(exchange.forwarded().header("content-length")).isEqualTo("6");
            assertThat(exchange.forwarded().header("x-doubled")).isEqualTo("yes");
            exchange.end();
        }
    }

    @Test
    void whatIsHeldBackGoesOnAtTheEnd() {
        Processor holding = exchange -> new ProcessorSession() {
            private ByteString held = ByteString.EMPTY;

            @Override
            public BodyAnswer onResponseBody(ByteString data, boolean end) {
                held = held.concat(data);
                return end ? BodyAnswer.replaced(held) : BodyAnswer.nothing();
            }

            @Override
            public TrailersAnswer onResponseTrailers(MessageHeaders trailers) {
                return TrailersAnswer.unchanged().after(held);
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(holding))) {
            FilterHarness harness = rig.proxy("{response: {body: 'FullDuplexStreamed', trailers: 'Send'}}");
            for (boolean trailers : List.of(true, false)) {
                DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
                ServedRig.awaitRequest(harness, exchange);
                exchange.respondHead(200, false).respondData("abc", false);
                if (trailers) {
                    exchange.respondData("def", false).respondTrailers("x-end", "1");
                } else {
                    exchange.respondData("def", true);
                }
                ServedRig.awaitResponse(harness, exchange);
                assertThat(exchange.toClient().body()).isEqualTo("abcdef");
                assertThat(exchange.toClient().trailers().isPresent()).isEqualTo(trailers);
                exchange.end();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"Streamed, abc", "FullDuplexStreamed, abc"})
    void nothingFollowsTheLastPiece(String mode, String expected) {
        Processor cutting = exchange -> new ProcessorSession() {
            @Override
            public BodyAnswer onResponseBody(ByteString data, boolean end) {
                return BodyAnswer.replaced(data).asLast();
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(cutting))) {
            FilterHarness harness = rig.proxy("{response: {body: '" + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            exchange.respondHead(200, false).respondData("abc", false);
            ServedRig.await(harness, () -> !exchange.toClient().pieces().isEmpty());
            exchange.respondData("def", true);
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.toClient().body()).isEqualTo(expected);
            exchange.end();
        }
    }

    @Test
    void anImmediateAnswerEndsTheExchange() {
        List<String> ends = new CopyOnWriteArrayList<>();
        Processor refusing = exchange -> new ProcessorSession() {
            @Override
            public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
                return ImmediateAnswer.json(422, "{\"error\":\"x\"}").because("not_welcome");
            }

            @Override
            public void onEnd(boolean cancelled) {
                ends.add("end");
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(refusing))) {
            FilterHarness harness = rig.proxy("{}");
            DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.replied().status()).isEqualTo(422);
            assertThat(exchange.replied().headers().get("content-type")).isEqualTo("application/json");
            assertThat(exchange.replied().bodyText()).isEqualTo("{\"error\":\"x\"}");
            assertThat(exchange.replied().detail()).isEqualTo("not_welcome");
            exchange.end();
            ServedRig.await(harness, () -> !ends.isEmpty());
            assertThat(ends).hasSize(1);
        }
    }

    @Test
    void aReplacedMessageHasAnotherBody() {
        Processor replacing = exchange -> new ProcessorSession() {
            @Override
            public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
                return new HeadersAnswer.ReplaceMessage(
                        HeaderChanges.none().set(":method", "POST"), ByteString.copyFromUtf8("made up"));
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(replacing))) {
            FilterHarness harness = rig.proxy("{request: {body: 'Buffered'}}");
            DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.forwarded().method()).isEqualTo("POST");
            assertThat(exchange.toUpstream().body()).isEqualTo("made up");
            exchange.end();
        }
    }

    @Test
    void modesAndMetadataAreTold() {
        List<BodyMode> modes = new CopyOnWriteArrayList<>();
        Processor telling = exchange -> new ProcessorSession() {
            @Override
            public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
                modes.add(exchange.requestBodyMode());
                modes.add(exchange.responseBodyMode());
                exchange.publish(
                        "seen",
                        Struct.newBuilder()
                                .putFields(
                                        "by",
                                        Value.newBuilder().setStringValue("me").build())
                                .build());
                return HeadersAnswer.proceed();
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(telling))) {
            FilterHarness harness = rig.proxy("{request: {body: 'BufferedPartial'}, response: {body: 'Streamed'}}");
            DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(modes).containsExactly(BodyMode.BUFFERED_PARTIAL, BodyMode.STREAMED);
            assertThat(exchange.metadata()).containsKey("seen");
            exchange.end();
        }
    }

    @Test
    void aSessionChangesWhatItSeesAndHasTheRouteChosenAnew() {
        Processor choosing = exchange -> new ProcessorSession() {
            @Override
            public HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
                Modes modes = new Modes(
                        SendMode.DEFAULT,
                        SendMode.SKIP,
                        BodyMode.STREAMED,
                        BodyMode.NONE,
                        SendMode.DEFAULT,
                        SendMode.DEFAULT);
                return HeadersAnswer.proceed(HeaderChanges.none().set("x-tenant", "gold"))
                        .clearingRoute()
                        .withModes(modes);
            }

            @Override
            public BodyAnswer onRequestBody(ByteString data, boolean end) {
                return shout(data);
            }

            @Override
            public HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
                return HeadersAnswer.proceed(HeaderChanges.none().set("x-seen", "yes"));
            }
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(choosing))) {
            FilterHarness harness = rig.proxy("{}");
            DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false);
            ServedRig.await(harness, () -> exchange.toUpstream().head().isPresent());
            exchange.sendData("abc", true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.reroutes()).isEqualTo(1);
            assertThat(exchange.toUpstream().body()).isEqualTo("ABC");
            exchange.respondHead(200, true);
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.responded().headers().contains("x-seen")).isFalse();
            exchange.end();
        }
    }

    @Test
    void anExceptionFailsTheExchange() {
        Processor broken = exchange -> {
            throw new IllegalStateException("broken");
        };
        try (ServedRig rig = new ServedRig(new ProcessorService(broken))) {
            FilterHarness harness = rig.proxy("{}");
            DrivenExchange exchange = harness.exchange("GET", "/").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.replied().status()).isEqualTo(500);
            assertThat(exchange.replied().detail()).startsWith("ext_proc_error_gRPC_error_13{REQUEST_HEADERS");
            exchange.end();
        }
    }
}
