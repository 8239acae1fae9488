package dev.waypoint.extproc.state;

import static dev.waypoint.extproc.state.Direction.REQUEST;
import static dev.waypoint.extproc.state.Direction.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.waypoint.extproc.state.MachineSettings.RouteCache;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ProcessingMode;
import dev.waypoint.extproc.v3.ProcessingMode.BodySendMode;
import dev.waypoint.extproc.v3.ProcessingMode.HeaderSendMode;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the protocol for settings that are rarely used, and for messages at the wrong moment. */
class StateRulesTest {

    private static final Modes HEADS = Modes.DEFAULT;

    /** Settings that differ from the usual ones in some points. */
    private static final class Wish {
        private Modes modes = HEADS;
        private List<Modes> allowed = List.of();
        private RouteCache routeCache = RouteCache.DEFAULT;
        private boolean failOpen;
        private boolean observe;
        private boolean earlyBody;
        private boolean contentLength;
        private long buffer = 1 << 20;
        private Profile profile = Profile.ENVOY;

        static Wish of(BodyMode request, BodyMode response, SendMode trailers) {
            Wish wish = new Wish();
            wish.modes = Scenes.modes(request, response, trailers);
            return wish;
        }

        MachineRig rig() {
            return new MachineRig(new MachineSettings(
                    modes,
                    modes,
                    allowed,
                    new MachineSettings.Permissions(true, true, contentLength, routeCache),
                    failOpen,
                    500,
                    observe,
                    earlyBody,
                    new MachineSettings.Timeouts(200, 1000),
                    new MachineSettings.Buffers(buffer, buffer),
                    profile,
                    new HeaderMutator(MutationRules.DEFAULT, profile, HeaderLimits.DEFAULT)));
        }
    }

    private static List<String> messages(MachineRig rig) {
        return rig.log.stream()
                .filter(line -> line.startsWith("Rq") || line.startsWith("Rs"))
                .toList();
    }

    // ---- mode overrides

    /** The five modes that count are compared as they are written: a default is neither Send nor Skip. */
    @ParameterizedTest
    @CsvSource({
        "BUFFERED, DEFAULT, DEFAULT, DEFAULT, true",
        "BUFFERED, SKIP, DEFAULT, DEFAULT, true",
        "STREAMED, DEFAULT, DEFAULT, DEFAULT, false",
        "BUFFERED, DEFAULT, SEND, DEFAULT, false",
        "BUFFERED, DEFAULT, DEFAULT, SKIP, false",
    })
    void overridesMustBeOnTheList(
            BodySendMode body,
            HeaderSendMode heads,
            HeaderSendMode responses,
            HeaderSendMode trailers,
            boolean obeyed) {
        Wish wish = new Wish();
        wish.allowed = List.of(new Modes(
                SendMode.SEND, SendMode.DEFAULT, BodyMode.BUFFERED, BodyMode.NONE, SendMode.DEFAULT, SendMode.DEFAULT));
        MachineRig rig = wish.rig().head(REQUEST, false);
        rig.says(Scenes.headers(REQUEST, Scenes.proceed())
                .setModeOverride(ProcessingMode.newBuilder()
                        .setRequestHeaderMode(heads)
                        .setResponseHeaderMode(responses)
                        .setRequestBodyMode(body)
                        .setRequestTrailerMode(trailers)));
        rig.data(REQUEST, "ab", true);

        assertThat(messages(rig)).isEqualTo(obeyed ? List.of("RqH(f)", "RqB(ab,t)") : List.of("RqH(f)"));
        assertThat(rig.faults).isEqualTo(obeyed ? List.of() : List.of(ProtocolFault.MODE_OVERRIDE_REFUSED));
    }

    @Test
    void overridesAreRefusedWhereBodiesAreSentEarlyOrInDuplex() {
        Wish early = Wish.of(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        early.earlyBody = true;
        for (Wish wish : List.of(early, Wish.of(BodyMode.NONE, BodyMode.FULL_DUPLEX_STREAMED, SendMode.SEND))) {
            MachineRig rig = wish.rig().head(REQUEST, false);
            rig.says(Scenes.headers(REQUEST, Scenes.proceed())
                    .setModeOverride(ProcessingMode.newBuilder().setRequestBodyMode(BodySendMode.BUFFERED)));
            assertThat(rig.faults).containsExactly(ProtocolFault.MODE_OVERRIDE_REFUSED);
        }
    }

    /** It need not be the reply to a head that carries it, as long as some head waits. */
    @Test
    void anOverrideOnABodyReplyCountsWhileTheOtherHeadWaits() {
        MachineRig rig =
                Wish.of(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP).rig();
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed())).data(REQUEST, "a", false);
        rig.head(RESPONSE, false);
        rig.says(Scenes.body(REQUEST, Scenes.proceed())
                .setModeOverride(ProcessingMode.newBuilder()
                        .setRequestBodyMode(BodySendMode.STREAMED)
                        .setResponseBodyMode(BodySendMode.BUFFERED)));
        rig.says(Scenes.headers(RESPONSE, Scenes.proceed())).data(RESPONSE, "x", true);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(a,f)", "RsH(f)", "RsB(x,t)");
    }

    // ---- the route

    @ParameterizedTest
    @CsvSource({
        "DEFAULT, true, true, 1", "DEFAULT, false, true, 0", "DEFAULT, true, false, 0",
        "CLEAR, false, true, 1", "CLEAR, true, true, 1", "CLEAR, false, false, 0",
        "RETAIN, true, true, 0", "UPSTREAM, true, true, 0",
    })
    void routesAreChosenAgain(RouteCache action, boolean asked, boolean mutation, int reroutes) {
        Wish wish = new Wish();
        wish.routeCache = action;
        var reply = Scenes.proceed().setClearRouteCache(asked);
        MachineRig rig = wish.rig().head(REQUEST, true);
        rig.says(Scenes.headers(REQUEST, mutation ? reply.setHeaderMutation(Scenes.set("x", "1")) : reply));
        assertThat(rig.reroutes).isEqualTo(reroutes);
        assertThat(rig.log.contains("CLEAR_ROUTE_CACHE_DISABLED")).isEqualTo(action == RouteCache.RETAIN);
        assertThat(rig.log.contains("CLEAR_ROUTE_CACHE_UPSTREAM_IGNORED")).isEqualTo(action == RouteCache.UPSTREAM);
    }

    @Test
    void responsesDoNotChangeTheRoute() {
        MachineRig rig = new Wish().rig().head(REQUEST, true).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.head(RESPONSE, true);
        rig.says(Scenes.headers(
                RESPONSE, Scenes.proceed().setClearRouteCache(true).setHeaderMutation(Scenes.set("x", "1"))));
        assertThat(rig.reroutes).isZero();
    }

    // ---- time

    @ParameterizedTest
    @CsvSource({
        "0, 1000000, true",
        "1, 0, true",
        "0, 999999, false",
        "1, 1000000, false",
        "0, -1000000, false",
        "-1, 0, false",
        "315576000000, 0, false",
    })
    void timeIsGrantedWithinItsBounds(long seconds, int nanos, boolean granted) {
        MachineRig rig = new Wish().rig().head(REQUEST, true);
        rig.says(ProcessingResponse.newBuilder()
                .setOverrideMessageTimeout(
                        Duration.newBuilder().setSeconds(seconds).setNanos(nanos)));
        assertThat(rig.log)
                .contains(granted ? "OVERRIDE_MESSAGE_TIMEOUT_RECEIVED" : "OVERRIDE_MESSAGE_TIMEOUT_IGNORED");
    }

    @Test
    void nobodyWaitsInDuplex() {
        MachineRig rig = Wish.of(BodyMode.FULL_DUPLEX_STREAMED, BodyMode.NONE, SendMode.SEND)
                .rig();
        rig.head(REQUEST, false).data(REQUEST, "a", false);
        assertThat(rig.outcome(REQUEST).timer).isFalse();
        rig.says(ProcessingResponse.newBuilder()
                .setOverrideMessageTimeout(Duration.newBuilder().setSeconds(1)));
        assertThat(rig.log).contains("OVERRIDE_MESSAGE_TIMEOUT_IGNORED");
    }

    // ---- bodies

    private static MachineRig partial(long buffer) {
        Wish wish = Wish.of(BodyMode.BUFFERED_PARTIAL, BodyMode.NONE, SendMode.SEND);
        wish.buffer = buffer;
        return wish.rig().head(REQUEST, false);
    }

    @Test
    void aPartialBodyThatJustFitsIsSentAtItsEnd() {
        MachineRig rig = partial(4).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "1234", false);
        assertThat(messages(rig)).containsExactly("RqH(f)");
        rig.data(REQUEST, "", true);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(1234,t)");
        rig.says(Scenes.body(REQUEST, Scenes.proceed().setHeaderMutation(Scenes.set("y", "2"))));
        assertThat(rig.request.header("y")).isEqualTo("2");
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("1234");
    }

    @Test
    void aPartialBodyThatGrewTooLongBeforeTheHeaderReplyIsSentWithIt() {
        MachineRig rig = partial(4).data(REQUEST, "12345", false);
        assertThat(rig.outcome(REQUEST).onHold).isTrue();
        rig.says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(12345,f)");
        rig.says(Scenes.body(REQUEST, Scenes.proceed())).data(REQUEST, "6", true);
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("123456");
        assertThat(rig.outcome(REQUEST).onHold).isFalse();
    }

    @Test
    void trailersEndAPartialBody() {
        MachineRig rig = partial(100).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "ab", false).trailers(REQUEST, "t", "1");
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(ab,f)");
        rig.says(Scenes.body(REQUEST, Scenes.replaceBody("AB")));
        assertThat(messages(rig)).endsWith("RqT");
        rig.says(Scenes.trailers(REQUEST));
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("AB");
        assertThat(rig.outcome(REQUEST).trailersPassed).isTrue();
    }

    @Test
    void earlyBodiesAreAnsweredInOrderBehindTheHead() {
        Wish wish = Wish.of(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        wish.earlyBody = true;
        MachineRig rig =
                wish.rig().head(REQUEST, false).data(REQUEST, "a", false).data(REQUEST, "b", true);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(a,f)", "RqB(b,t)");
        rig.says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(rig.outcome(REQUEST).head).isFalse();
        rig.says(Scenes.body(REQUEST, Scenes.replaceBody("A"))).says(Scenes.body(REQUEST, Scenes.proceed()));
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("Ab");
        assertThat(rig.outcome(REQUEST).ended).isTrue();
    }

    @Test
    void anEarlyBodyReplyBeforeTheHeadersIsSpurious() {
        Wish wish = Wish.of(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        wish.earlyBody = true;
        MachineRig rig = wish.rig().head(REQUEST, false).data(REQUEST, "a", false);
        rig.says(Scenes.body(REQUEST, Scenes.proceed()));
        assertThat(rig.faults).containsExactly(ProtocolFault.UNEXPECTED_REPLY);
        assertThat(rig.replied().status()).isEqualTo(500);
    }

    /** Whoever obeys the wish to stop needs no more than the buffer and the piece that crossed its border. */
    @ParameterizedTest
    @EnumSource
    void memoryIsBoundedInEveryMode(BodyMode mode) {
        for (boolean answered : List.of(false, true)) {
            Wish wish = Wish.of(mode, BodyMode.NONE, SendMode.SEND);
            wish.buffer = 100;
            MachineRig rig = wish.rig().head(REQUEST, false);
            if (answered) {
                rig.says(Scenes.headers(REQUEST, Scenes.proceed()));
            }
            int sent = 0;
            while (!rig.outcome(REQUEST).onHold && rig.reply == null && sent < 1000) {
                rig.data(REQUEST, "0123456789", false);
                sent++;
            }
            assertThat(rig.machine.heldBytes())
                    .as("%s, answered %s", mode, answered)
                    .isLessThanOrEqualTo(110);
        }
    }

    // ---- content-length

    @ParameterizedTest
    @CsvSource({
        "NONE, false, true",
        "BUFFERED, false, true",
        "STREAMED, false, false",
        "BUFFERED_PARTIAL, false, false",
        "FULL_DUPLEX_STREAMED, false, false",
        "STREAMED, true, true",
        "FULL_DUPLEX_STREAMED, true, true",
    })
    void theLengthIsTakenOffWhereTheBodyMayChange(BodyMode mode, boolean allowed, boolean stays) {
        Wish wish = Wish.of(mode, BodyMode.NONE, SendMode.SEND);
        wish.contentLength = allowed;
        MachineRig rig = wish.rig();
        rig.request.headers().set("content-length", "3");
        rig.head(REQUEST, false);
        assertThat(rig.request.headers().contains("content-length")).isEqualTo(stays);
    }

    // ---- streamed immediate responses

    private static ProcessingResponse.Builder begins(boolean end, String status) {
        return ProcessingResponse.newBuilder()
                .setStreamedImmediateResponse(StreamedImmediateResponse.newBuilder()
                        .setHeadersResponse(HttpHeaders.newBuilder()
                                .setEndOfStream(end)
                                .setHeaders(HeaderMap.newBuilder()
                                        .addHeaders(HeaderValue.newBuilder()
                                                .setKey(":status")
                                                .setRawValue(ByteString.copyFromUtf8(status))))));
    }

    private static ProcessingResponse.Builder piece(String text, boolean end) {
        return ProcessingResponse.newBuilder()
                .setStreamedImmediateResponse(StreamedImmediateResponse.newBuilder()
                        .setBodyResponse(StreamedBodyResponse.newBuilder()
                                .setBody(ByteString.copyFromUtf8(text))
                                .setEndOfStream(end)));
    }

    @Test
    void anAnswerInPiecesDropsTheRequestAndIsNotShown() {
        MachineRig rig = new Wish().rig().head(REQUEST, false).data(REQUEST, "lost", false);
        rig.says(begins(false, "201")).says(piece("a", false)).data(REQUEST, "lost too", true);
        rig.head(RESPONSE, false);
        rig.says(piece("b", true));
        assertThat(rig.replied().status()).isEqualTo(201);
        assertThat(rig.replyEnded).isTrue();
        assertThat(rig.closed).isTrue();
        assertThat(rig.outcome(REQUEST).head).isFalse();
        assertThat(messages(rig)).containsExactly("RqH(f)");
    }

    @Test
    void trailersEndAnAnswerInPieces() {
        MachineRig rig = new Wish().rig().head(REQUEST, true).says(begins(false, "200"));
        rig.says(ProcessingResponse.newBuilder()
                .setStreamedImmediateResponse(StreamedImmediateResponse.newBuilder()
                        .setTrailersResponse(HeaderMap.newBuilder()
                                .addHeaders(HeaderValue.newBuilder()
                                        .setKey("t")
                                        .setRawValue(ByteString.copyFromUtf8("1"))))));
        assertThat(rig.replyEnded).isTrue();
        assertThat(rig.closed).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "STREAMED, false, LOCAL_BODY_IN_THIS_MODE",
        "BUFFERED, false, LOCAL_BODY_IN_THIS_MODE",
        "BUFFERED_PARTIAL, false, LOCAL_BODY_IN_THIS_MODE",
        "STREAMED, true, ",
        "BUFFERED, true, ",
        "NONE, false, ",
        "FULL_DUPLEX_STREAMED, false, ",
    })
    void anAnswerWithABodyNeedsAModeThatLetsTheRequestGo(BodyMode mode, boolean headOnly, ProtocolFault fault) {
        MachineRig rig = Wish.of(mode, BodyMode.NONE, SendMode.SEND).rig().head(REQUEST, false);
        rig.says(begins(headOnly, "200"));
        assertThat(rig.faults).isEqualTo(fault == null ? List.of() : List.of(fault));
        assertThat(rig.replied().status()).isEqualTo(fault == null ? 200 : 500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "abc", "", "1000"})
    void anAnswerNeedsAStatus(String status) {
        MachineRig rig = new Wish().rig().head(REQUEST, true).says(begins(true, status));
        assertThat(rig.replied().status()).isEqualTo(500);
    }

    @Test
    void anAnswerInPiecesBeginsWithItsHeadWhileTheRequestWaits() {
        MachineRig body = new Wish().rig().head(REQUEST, true).says(piece("a", true));
        assertThat(body.faults).containsExactly(ProtocolFault.LOCAL_BODY_BEFORE_HEADERS);
        MachineRig late = new Wish().rig().head(REQUEST, true).says(Scenes.headers(REQUEST, Scenes.proceed()));
        late.says(begins(true, "200"));
        assertThat(late.faults).containsExactly(ProtocolFault.UNEXPECTED_REPLY);
    }

    /** Its headers are out, so nothing but a reset is left, whatever the failure mode. */
    @Test
    void whatGoesWrongInAnAnswerInPiecesBreaksIt() {
        Wish wish = new Wish();
        wish.failOpen = true;
        MachineRig rig = wish.rig().head(REQUEST, false).says(begins(false, "200"));
        rig.says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(rig.faults).containsExactly(ProtocolFault.UNEXPECTED_REPLY);
        assertThat(rig.replyAborted).isTrue();
        assertThat(rig.outcome(REQUEST).head).isFalse();
    }

    // ---- observing

    @Test
    void nothingWaitsForAnObserver() {
        Wish wish = Wish.of(BodyMode.STREAMED, BodyMode.BUFFERED, SendMode.SEND);
        wish.observe = true;
        MachineRig rig = wish.rig();
        rig.request.headers().set("content-length", "2");
        rig.head(REQUEST, false).data(REQUEST, "ab", false).trailers(REQUEST, "t", "1");
        rig.head(RESPONSE, false).data(RESPONSE, "not shown", true);
        assertThat(rig.outcome(REQUEST).ended).isTrue();
        assertThat(rig.outcome(RESPONSE).ended).isTrue();
        assertThat(rig.outcome(REQUEST).timer).isFalse();
        assertThat(rig.request.header("content-length")).isEqualTo("2");
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(ab,f)", "RqT", "RsH(f)");
        rig.says(Scenes.headers(REQUEST, Scenes.proceed().setHeaderMutation(Scenes.set("x", "1"))));
        assertThat(rig.faults).containsExactly(ProtocolFault.OBSERVED_REPLY);
        assertThat(rig.request.header("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ENVOY, false, true", "ENVOY, true, false", "EXTENDED, false, false"})
    void aFailingObserverIsForgivenWhereTheProfileSaysSo(Profile profile, boolean failOpen, boolean refused) {
        Wish wish = new Wish();
        wish.observe = true;
        wish.profile = profile;
        wish.failOpen = failOpen;
        MachineRig rig = wish.rig().head(REQUEST, false);
        rig.machine.onStreamFailed(13, "broken");
        assertThat(rig.reply != null).isEqualTo(refused);
    }

    // ---- failing open

    @ParameterizedTest
    @CsvSource({
        "NONE, true",
        "BUFFERED, true",
        "STREAMED, true",
        "BUFFERED_PARTIAL, true",
        "FULL_DUPLEX_STREAMED, false"
    })
    void bytesThatWereGivenAwayForbidToGoOn(BodyMode mode, boolean open) {
        Wish wish = Wish.of(mode, BodyMode.NONE, SendMode.SEND);
        wish.failOpen = true;
        MachineRig rig = wish.rig().head(REQUEST, false).data(REQUEST, "ab", false);
        rig.machine.onStreamFailed(14, "gone");
        rig.data(REQUEST, "c", true);
        assertThat(rig.reply == null).isEqualTo(open);
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo(open ? "abc" : "");
    }

    @Test
    void rejectedChangesNeverFailOpen() {
        Wish wish = new Wish();
        wish.failOpen = true;
        MachineRig rig = wish.rig().head(REQUEST, true);
        rig.says(Scenes.headers(REQUEST, Scenes.proceed().setHeaderMutation(Scenes.set("x y", "1"))));
        assertThat(rig.replied().status()).isEqualTo(500);
        assertThat(rig.log).contains("REJECTED_HEADER_MUTATIONS", "STREAM_MSGS_RECEIVED");
    }
}
