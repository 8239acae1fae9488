package dev.waypoint.extproc.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamFilter;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import dev.waypoint.filter.Verdict;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FilterHarness;
import dev.waypoint.filters.Buffer;
import dev.waypoint.filters.Compression;
import dev.waypoint.filters.HeaderModifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterServiceTest {

    /** Turns bodies into capital letters, piece by piece. */
    private static StreamFilter shouting(BodyDemand demand) {
        return new StreamFilter() {
            @Override
            public BodyDemand requestCeiling() {
                return demand;
            }

            @Override
            public BodyDemand responseCeiling() {
                return demand;
            }

            @Override
            public StreamSession open(Exchange exchange) {
                return new Shouting(demand);
            }
        };
    }

    private record Shouting(BodyDemand demand) implements StreamSession {
        @Override
        public BodyDemand requestDemand() {
            return demand;
        }

        @Override
        public BodyDemand responseDemand() {
            return demand;
        }

        @Override
        public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
            flow.data(loud(data), end);
        }

        @Override
        public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
            head.headers().set("x-loud", "yes");
            flow.head(end);
        }

        @Override
        public void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
            flow.data(loud(data), end);
        }

        @Override
        public void onResponseTrailers(HttpHeaders trailers, ResponseFlow flow) {
            flow.trailers(trailers.toBuilder().set("x-sum", "7").build());
        }

        private static HttpData loud(HttpData data) {
            return HttpData.ofUtf8(data.toStringUtf8().toUpperCase(Locale.ROOT));
        }
    }

    private static <C extends Record> FilterService builtIn(FilterFactory<C> factory, String config) {
        return FilterService.of(
                factory, FilterHarness.config(factory, config), new StandaloneEnvironment("under-test"));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"None", "Streamed", "Buffered", "BufferedPartial", "FullDuplexStreamed"})
    void aFilterOfHeadsFitsEveryMode(String mode) {
        try (FilterService service = builtIn(
                        new HeaderModifier(),
                        "{request: {set: [{name: 'x-a', value: '1'}], remove: ['x-b']},"
                                + " response: {add: [{name: 'x-c', value: '2'}]}}");
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{request: {body: '" + mode + "', trailers: 'Send'}, response: {body: '"
                    + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("POST", "/", "x-b", "1");
            exchange.sendHead(false).sendData("abc", false).sendTrailers("x-end", "1");
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.forwarded().header("x-a")).isEqualTo("1");
            assertThat(exchange.forwarded().headers().contains("x-b")).isFalse();
            assertThat(exchange.toUpstream().body()).isEqualTo("abc");
            exchange.respondHead(200, false, "x-c", "1").respondData("def", true);
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.responded().headers().getAll("x-c")).containsExactly("1", "2");
            assertThat(exchange.toClient().body()).isEqualTo("def");
            exchange.end();
        }
    }

    @ParameterizedTest(name = "{0} with trailers: {1}")
    @CsvSource({
        "Streamed, false",
        "Streamed, true",
        "Buffered, false",
        "Buffered, true",
        "FullDuplexStreamed, false",
        "FullDuplexStreamed, true"
    })
    void aFilterOfPiecesFits(String mode, boolean trailers) {
        try (FilterService service = new FilterService(shouting(BodyDemand.chunks()));
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{request: {body: '" + mode + "', trailers: 'Send'}, response: {body: '"
                    + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData("abc", false).sendData("def", true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.toUpstream().body()).isEqualTo("ABCDEF");
            exchange.respondHead(200, false, "content-length", "6").respondData("abc", false);
            if (trailers) {
                exchange.respondData("def", false).respondTrailers("x-end", "1");
            } else {
                exchange.respondData("def", true);
            }
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.toClient().body()).isEqualTo("ABCDEF");
            assertThat(exchange.responded().header("x-loud")).isEqualTo("yes");
            if (trailers) {
                assertThat(exchange.toClient().trailers().orElseThrow().get("x-sum"))
                        .isEqualTo("7");
            }
            exchange.end();
        }
    }

    @ParameterizedTest(name = "{0}, body {1}: {2}")
    @CsvSource({
        "Buffered, abcdef, 200",
        "FullDuplexStreamed, abcdef, 200",
        "FullDuplexStreamed, abcdefghij, 413",
        "Streamed, abcdef, 500",
        "None, abcdef, 500"
    })
    void aFilterOfTheWholeFitsWhereTheWholeIsSent(String mode, String body, int status) {
        try (FilterService service = builtIn(new Buffer(), "{maxBytes: 8}");
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{request: {body: '" + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("POST", "/");
            exchange.sendHead(false).sendData(body.substring(0, 3), false).sendData(body.substring(3), true);
            ServedRig.awaitRequest(harness, exchange);
            assertThat(exchange.reply().map(LocalReply::status).orElse(200)).isEqualTo(status);
            if (status == 200) {
                assertThat(exchange.toUpstream().body()).isEqualTo(body);
            }
            exchange.end();
        }
    }

    @Test
    void compressionInFullDuplex() throws IOException {
        try (FilterService service = builtIn(new Compression(), "{minLength: 1}");
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{response: {body: 'FullDuplexStreamed', trailers: 'Send'}}");
            DrivenExchange exchange =
                    harness.exchange("GET", "/", "accept-encoding", "gzip").sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            exchange.respondHead(200, false, "content-type", "text/plain");
            exchange.respondData("abc".repeat(100), false).respondData("abc".repeat(100), true);
            ServedRig.awaitResponse(harness, exchange);
            assertThat(exchange.responded().header("content-encoding")).isEqualTo("gzip");
            byte[] plain = new GZIPInputStream(
                            new ByteArrayInputStream(exchange.toClient().bytes()))
                    .readAllBytes();
            assertThat(new String(plain, StandardCharsets.UTF_8)).isEqualTo("abc".repeat(200));
            exchange.end();
        }
    }

    private static DrivenExchange sent(HttpFilter filter, String... headers) {
        try (FilterService service = new FilterService(filter);
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{response: {headers: 'Skip'}}");
            DrivenExchange exchange = harness.exchange("GET", "/", headers).sendHead(true);
            ServedRig.awaitRequest(harness, exchange);
            exchange.end();
            return exchange;
        }
    }

    @Test
    void verdictsAreObeyed() {
        HeadersFilter filter = new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                return switch (request.header("x-want")) {
                    case "reply" ->
                        Verdict.reply(LocalReply.of(403, "no", ReplyCause.FILTER, "refused")
                                .withHeaders(HttpHeaders.of("x-why", "because")));
                    case "later" -> {
                        CompletableFuture<Verdict> outcome = new CompletableFuture<>();
                        exchange.eventLoop()
                                .schedule(() -> outcome.complete(Verdict.next()), 20, TimeUnit.MILLISECONDS);
                        yield Verdict.later(outcome);
                    }
                    case "reroute" -> {
                        request.path("/elsewhere");
                        yield Verdict.reroute();
                    }
                    default -> Verdict.next();
                };
            }
        };
        DrivenExchange replied = sent(filter, "x-want", "reply");
        assertThat(replied.replied().status()).isEqualTo(403);
        assertThat(replied.replied().bodyText()).isEqualTo("no");
        assertThat(replied.replied().headers().get("x-why")).isEqualTo("because");
        assertThat(replied.replied().detail()).isEqualTo("refused");
        assertThat(sent(filter, "x-want", "later").forwarded().path()).isEqualTo("/");
        DrivenExchange rerouted = sent(filter, "x-want", "reroute");
        assertThat(rerouted.forwarded().path()).isEqualTo("/elsewhere");
        assertThat(rerouted.reroutes()).isEqualTo(1);
    }

    /** Answers piece by piece, which goes through as it is where the protocol can carry it, else in one piece. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"None", "Buffered", "FullDuplexStreamed"})
    void anAnswerInPieces(String mode) {
        StreamFilter answering = new StreamFilter() {
            @Override
            public BodyDemand requestCeiling() {
                return BodyDemand.none();
            }

            @Override
            public BodyDemand responseCeiling() {
                return BodyDemand.none();
            }

            @Override
            public StreamSession open(Exchange exchange) {
                return new Answering();
            }
        };
        try (FilterService service = new FilterService(answering);
                ServedRig rig = new ServedRig(service)) {
            FilterHarness harness = rig.proxy("{request: {body: '" + mode + "', trailers: 'Send'}}");
            DrivenExchange exchange = harness.exchange("POST", "/").sendHead(false);
            ServedRig.await(
                    harness,
                    () -> exchange.reply().isPresent() || exchange.toClient().isEnded());
            String body = exchange.reply()
                    .map(LocalReply::bodyText)
                    .orElseGet(() -> exchange.toClient().body());
            assertThat(body).isEqualTo("onetwo");
            exchange.end();
        }
    }

    private static final class Answering implements StreamSession {
        @Override
        public BodyDemand requestDemand() {
            return BodyDemand.none();
        }

        @Override
        public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
            StreamedReply reply = flow.reply(new ResponseHead(202, HttpHeaders.builder()), false);
            reply.data(HttpData.ofUtf8("one"), false);
            reply.data(HttpData.ofUtf8("two"), true);
        }
    }

    @Test
    void addressesAndMetadataComeFromTheProxy() {
        HeadersFilter filter = new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                request.headers().set("x-client", exchange.clientAddress().getHostAddress());
                exchange.metadata()
                        .computeIfAbsent("seen", _ -> new ObjectNode(JsonNodeFactory.instance))
                        .put("path", request.path());
                return Verdict.next();
            }
        };
        DrivenExchange exchange = sent(filter, "x-forwarded-for", "192.0.2.9, 192.0.2.7");
        assertThat(exchange.forwarded().header("x-client")).isEqualTo("192.0.2.7");
        assertThat(exchange.metadata())
                .hasEntrySatisfying(
                        "seen", seen -> assertThat(seen.path("path").asText()).isEqualTo("/"));
    }

    @Test
    void aFilterThatFailsFailsTheExchange() {
        HeadersFilter broken = new HeadersFilter() {
            @Override
            public Verdict onRequest(RequestHead request, Exchange exchange) {
                throw new IllegalStateException("broken");
            }
        };
        assertThat(sent(broken).replied().detail()).startsWith("ext_proc_error_gRPC_error_13{the_filter_failed");
    }
}
