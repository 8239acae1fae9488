package dev.waypoint.extproc.state;

import static dev.waypoint.extproc.state.Direction.REQUEST;
import static dev.waypoint.extproc.state.Direction.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HttpStatus;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingMode;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StatusCode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExtProcMachineTest {

    private static MachineRig rig(BodyMode request, BodyMode response, SendMode trailers) {
        return new MachineRig(Scenes.settings(Scenes.modes(request, response, trailers)));
    }

    private static List<String> messages(MachineRig rig) {
        return rig.log.stream()
                .filter(line -> line.startsWith("R") && line.charAt(1) != 'E')
                .toList();
    }

    /** What one body of two pieces looks like on the wire and behind it. */
    record Ladder(String name, BodyMode mode, List<String> messages, String upstream) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Ladder> ladders() {
        return Stream.of(
                new Ladder("none", BodyMode.NONE, List.of("RqH(f)"), "AB"),
                new Ladder("buffered", BodyMode.BUFFERED, List.of("RqH(f)", "RqB(AB,t)"), "AB"),
                new Ladder("streamed", BodyMode.STREAMED, List.of("RqH(f)", "RqB(A,f)", "RqB(B,t)"), "AB"),
                new Ladder("partial", BodyMode.BUFFERED_PARTIAL, List.of("RqH(f)", "RqB(AB,t)"), "AB"),
                new Ladder(
                        "duplex", BodyMode.FULL_DUPLEX_STREAMED, List.of("RqH(f)", "RqB(A,f)", "RqB(B,t)"), "<A><B>"));
    }

    @ParameterizedTest
    @MethodSource("ladders")
    void oneBodyMessageByMessage(Ladder ladder) {
        MachineRig rig = rig(ladder.mode(), BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.unanswered.clear();
        rig.data(REQUEST, "A", false);
        answerBodies(rig, ladder.mode());
        rig.data(REQUEST, "B", true);
        answerBodies(rig, ladder.mode());
        assertThat(messages(rig)).isEqualTo(ladder.messages());
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo(ladder.upstream());
        assertThat(rig.outcome(REQUEST).ended).isTrue();
        assertThat(rig.faults).isEmpty();
    }

    private static void answerBodies(MachineRig rig, BodyMode mode) {
        while (!rig.unanswered.isEmpty()) {
            MachineRig.Sent sent = rig.unanswered.remove();
            ByteString marked = ByteString.copyFromUtf8("<" + sent.body().toStringUtf8() + ">");
            rig.says(Scenes.body(
                    sent.direction(),
                    mode == BodyMode.FULL_DUPLEX_STREAMED ? Scenes.streamed(marked, sent.end()) : Scenes.proceed()));
        }
    }

    @Test
    void theWholeBodyBeforeTheHeaderReplyIsOneMessageThatMayStillChangeHeaders() {
        MachineRig rig = rig(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).data(REQUEST, "a", false).data(REQUEST, "b", true);
        assertThat(messages(rig)).containsExactly("RqH(f)");
        rig.says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(ab,t)");
        assertThat(rig.outcome(REQUEST).head).isFalse();
        rig.says(Scenes.body(REQUEST, Scenes.proceed().setHeaderMutation(Scenes.set("y", "2"))));
        assertThat(rig.request.header("y")).isEqualTo("2");
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("ab");
    }

    @Test
    void streamedHeadersLeaveOnTheHeaderReply() {
        MachineRig rig = rig(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).data(REQUEST, "a", false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(rig.outcome(REQUEST).head).isTrue();
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(a,f)");
    }

    @Test
    void duplexHoldsTheHeadOnlyIfAllWasSentBefore() {
        MachineRig early = rig(BodyMode.FULL_DUPLEX_STREAMED, BodyMode.NONE, SendMode.SEND);
        early.head(REQUEST, false).data(REQUEST, "a", true).says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(early.outcome(REQUEST).head).isFalse();
        MachineRig late = rig(BodyMode.FULL_DUPLEX_STREAMED, BodyMode.NONE, SendMode.SEND);
        late.head(REQUEST, false).data(REQUEST, "a", false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(late.outcome(REQUEST).head).isTrue();
    }

    @Test
    void bufferedBodyMustFitItsLength() {
        MachineRig rig = rig(BodyMode.BUFFERED, BodyMode.NONE, SendMode.SKIP);
        rig.request.headers().set("content-length", "3");
        rig.head(REQUEST, false).data(REQUEST, "abc", true).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.says(Scenes.body(REQUEST, Scenes.replaceBody("abcd")));
        assertThat(rig.reply).isNotNull();
        assertThat(rig.faults).containsExactly(ProtocolFault.LENGTH_MISMATCH);
    }

    @Test
    void bufferedBodyBeyondTheLimitIs413AndTheProcessorSeesThatReply() {
        MachineRig rig = new MachineRig(Scenes.settings(
                Scenes.modes(BodyMode.BUFFERED, BodyMode.NONE, SendMode.SKIP), false, Profile.ENVOY, 4));
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "1234", false);
        assertThat(rig.reply).isNull();
        rig.data(REQUEST, "5", false);
        assertThat(rig.reply).isNotNull();
        rig.head(RESPONSE, false);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RsH(f)");
    }

    @Test
    void partialBodySendsWhatFits() {
        MachineRig rig = new MachineRig(Scenes.settings(
                Scenes.modes(BodyMode.BUFFERED_PARTIAL, BodyMode.NONE, SendMode.SKIP), false, Profile.ENVOY, 4));
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "123456", false).data(REQUEST, "78", false);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(123456,f)");
        rig.says(Scenes.body(REQUEST, Scenes.replaceBody("P")));
        rig.data(REQUEST, "9", true);
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("P789");
        assertThat(rig.outcome(REQUEST).ended).isTrue();
    }

    @Test
    void replacingDropsTheOriginalBody() {
        MachineRig rig = rig(BodyMode.STREAMED, BodyMode.NONE, SendMode.SEND);
        rig.request.headers().set("content-length", "4");
        rig.head(REQUEST, false).data(REQUEST, "ol", false);
        rig.says(Scenes.headers(
                REQUEST, Scenes.replaceBody("new").setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE)));
        rig.data(REQUEST, "d!", true);
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("new");
        assertThat(rig.outcome(REQUEST).ended).isTrue();
        assertThat(messages(rig)).containsExactly("RqH(f)");
    }

    @Test
    void replacingGivesABodyToAHeadWithout() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, true);
        rig.says(Scenes.headers(
                REQUEST, Scenes.replaceBody("new").setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE)));
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("new");
        assertThat(rig.outcome(REQUEST).ended).isTrue();
    }

    @Test
    void timeoutIs504WhateverTheStatusOnError() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, true);
        rig.machine.onTimer(REQUEST);
        assertThat(rig.reply).extracting("status").isEqualTo(504);
        assertThat(rig.closed).isTrue();
    }

    @Test
    void timeIsGrantedOnceForEachMessage() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, true);
        ProcessingResponse.Builder wish = ProcessingResponse.newBuilder()
                .setOverrideMessageTimeout(Duration.newBuilder().setNanos(900_000_000));
        rig.says(wish).says(wish);
        assertThat(rig.log).containsOnlyOnce("timer 900").contains("OVERRIDE_MESSAGE_TIMEOUT_IGNORED");
    }

    @Test
    void immediateResponseEndsEverything() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false);
        rig.says(ProcessingResponse.newBuilder()
                .setImmediateResponse(ImmediateResponse.newBuilder()
                        .setStatus(HttpStatus.newBuilder().setCode(StatusCode.Forbidden))
                        .setBody(ByteString.copyFromUtf8("no"))
                        .setDetails("my detail")));
        assertThat(rig.reply).isNotNull();
        assertThat(rig.replied().status()).isEqualTo(403);
        assertThat(rig.replied().bodyText()).isEqualTo("no");
        assertThat(rig.replied().detail()).isEqualTo("my_detail");
        assertThat(rig.replied().headers().get("content-type")).isEqualTo("text/plain");
        rig.head(RESPONSE, true);
        assertThat(messages(rig)).containsExactly("RqH(f)");
        assertThat(rig.outcome(RESPONSE).ended).isTrue();
        rig.says(ProcessingResponse.newBuilder());
        assertThat(rig.faults).containsExactly(ProtocolFault.LATE_MESSAGE);
    }

    @Test
    void overrideTakesBodiesLiterally() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.BUFFERED, SendMode.SKIP);
        rig.head(REQUEST, true);
        rig.says(Scenes.headers(REQUEST, Scenes.proceed())
                .setModeOverride(
                        ProcessingMode.newBuilder().setResponseHeaderMode(ProcessingMode.HeaderSendMode.SEND)));
        rig.head(RESPONSE, false)
                .says(Scenes.headers(RESPONSE, Scenes.proceed()))
                .data(RESPONSE, "x", true);
        assertThat(messages(rig)).containsExactly("RqH(t)", "RsH(f)");
        assertThat(rig.outcome(RESPONSE).ended).isTrue();
    }

    @Test
    void aStandAloneOverrideMayTakeTheRequestBodyInDuplex() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).data(REQUEST, "ab", false);
        rig.says(ProcessingResponse.newBuilder()
                .setModeOverride(ProcessingMode.newBuilder()
                        .setRequestBodyMode(ProcessingMode.BodySendMode.FULL_DUPLEX_STREAMED)
                        .setRequestTrailerMode(ProcessingMode.HeaderSendMode.SEND)));
        rig.data(REQUEST, "c", true);
        assertThat(messages(rig)).containsExactly("RqH(f)", "RqB(ab,f)", "RqB(c,t)");
        rig.says(Scenes.headers(REQUEST, Scenes.proceed()))
                .says(Scenes.body(REQUEST, Scenes.streamed(ByteString.copyFromUtf8("abc"), true)));
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("abc");
        assertThat(rig.faults).isEmpty();
    }

    @Test
    void okCloseGoesOnWithoutTheProcessor() {
        MachineRig rig = rig(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "a", false).data(REQUEST, "b", false);
        rig.machine.onStreamEnded();
        rig.data(REQUEST, "c", true);
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("abc");
        assertThat(rig.reply).isNull();
    }

    @Test
    void routeIsChosenAgainOnlyWithAHeaderMutation() {
        MachineRig without = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        without.head(REQUEST, true)
                .says(Scenes.headers(REQUEST, Scenes.proceed().setClearRouteCache(true)));
        assertThat(without.reroutes).isZero();
        assertThat(without.log).contains("CLEAR_ROUTE_CACHE_IGNORED");
        MachineRig with = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        with.head(REQUEST, true)
                .says(Scenes.headers(
                        REQUEST, Scenes.proceed().setClearRouteCache(true).setHeaderMutation(Scenes.set("x", "1"))));
        assertThat(with.reroutes).isEqualTo(1);
    }

    @Test
    void streamClosesAfterTheLastReplyThatMatters() {
        MachineRig rig = rig(BodyMode.NONE, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, true).says(Scenes.headers(REQUEST, Scenes.proceed()));
        assertThat(rig.closed).isFalse();
        rig.head(RESPONSE, false).says(Scenes.headers(RESPONSE, Scenes.proceed()));
        assertThat(rig.closed).isTrue();
    }

    @Test
    void streamStaysOpenWhileTheRequestIsStreamed() {
        MachineRig rig = rig(BodyMode.STREAMED, BodyMode.NONE, SendMode.SKIP);
        rig.head(REQUEST, false).says(Scenes.headers(REQUEST, Scenes.proceed()));
        rig.data(REQUEST, "a", false).says(Scenes.body(REQUEST, Scenes.proceed()));
        rig.head(RESPONSE, false).says(Scenes.headers(RESPONSE, Scenes.proceed()));
        assertThat(rig.closed).isFalse();
        rig.data(REQUEST, "b", true).says(Scenes.body(REQUEST, Scenes.proceed()));
        assertThat(rig.outcome(REQUEST).body.toString()).isEqualTo("ab");
    }
}
