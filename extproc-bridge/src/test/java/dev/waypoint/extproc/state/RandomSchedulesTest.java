package dev.waypoint.extproc.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMap;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingMode;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random messages met by random processors: nothing hangs, no byte is lost or doubled, everything ends exactly once. */
class RandomSchedulesTest {

    private static final int SCHEDULES = 4000;
    private static final BodyMode[] BODIES = BodyMode.values();

    /** What still comes of one direction. */
    private static final class Source {
        final Direction direction;
        final StringBuilder whole = new StringBuilder();
        final List<Runnable> events = new ArrayList<>();

        Source(Direction direction, MachineRig rig, Random random, boolean trailers) {
            this.direction = direction;
            int pieces = random.nextInt(5);
            boolean bare = pieces == 0 && !trailers;
            events.add(() -> rig.head(direction, bare));
            for (int i = 0; i < pieces; i++) {
                String text = IntStream.range(0, random.nextInt(4))
                        .mapToObj(n -> String.valueOf((char) ('a' + random.nextInt(26))))
                        .reduce("", String::concat);
                boolean end = i == pieces - 1 && !trailers;
                whole.append(text);
                events.add(() -> rig.data(direction, text, end));
            }
            if (trailers) {
                events.add(() -> rig.trailers(direction, "x-t", "1"));
            }
        }

        boolean hasNext() {
            return !events.isEmpty();
        }

        void next() {
            events.removeFirst().run();
        }

        void nextIfAny() {
            if (hasNext()) {
                next();
            }
        }
    }

    private static Modes randomModes(Random random) {
        return new Modes(
                random.nextInt(5) == 0 ? SendMode.SKIP : SendMode.DEFAULT,
                random.nextInt(5) == 0 ? SendMode.SKIP : SendMode.DEFAULT,
                BODIES[random.nextInt(BODIES.length)],
                BODIES[random.nextInt(BODIES.length)],
                random.nextBoolean() ? SendMode.SEND : SendMode.DEFAULT,
                random.nextBoolean() ? SendMode.SEND : SendMode.DEFAULT);
    }

    /** The legal reply to the oldest unanswered message, which changes nothing. */
    private static void answer(MachineRig rig) {
        MachineRig.Sent sent = rig.unanswered.remove();
        switch (sent.kind()) {
            case 'H' -> rig.says(Scenes.headers(sent.direction(), Scenes.proceed()));
            case 'T' -> rig.says(Scenes.trailers(sent.direction()));
            default -> rig.says(Scenes.body(sent.direction(), bodyReply(rig, sent)));
        }
    }

    private static CommonResponse.Builder bodyReply(MachineRig rig, MachineRig.Sent sent) {
        boolean duplex = modeOf(rig, sent.direction()) == BodyMode.FULL_DUPLEX_STREAMED;
        return duplex ? Scenes.streamed(sent.body(), sent.end()) : Scenes.proceed();
    }

    private static BodyMode modeOf(MachineRig rig, Direction direction) {
        return rig.settingsModes.body(direction);
    }

    @Test
    void faithfulProcessorsLeaveEveryByteInItsPlace() {
        for (int seed = 0; seed < SCHEDULES; seed++) {
            Random random = new Random(seed);
            Modes modes = randomModes(random);
            Profile profile = random.nextBoolean() ? Profile.ENVOY : Profile.EXTENDED;
            // A buffered body may not exceed its buffer; other modes must cope with a small one.
            boolean small = modes.requestBody() != BodyMode.BUFFERED && modes.responseBody() != BodyMode.BUFFERED;
            MachineRig rig = new MachineRig(Scenes.settings(modes, false, profile, small ? 2 : 1000));
            List<Source> sources = List.of(
                    new Source(Direction.REQUEST, rig, random, random.nextInt(3) == 0),
                    new Source(Direction.RESPONSE, rig, random, random.nextInt(3) == 0));
            while (sources.stream().anyMatch(Source::hasNext) || !rig.unanswered.isEmpty()) {
                if (!rig.unanswered.isEmpty() && random.nextBoolean()) {
                    answer(rig);
                } else {
                    sources.get(random.nextInt(2)).nextIfAny();
                }
            }
            for (Source source : sources) {
                MachineRig.Outcome outcome = rig.outcome(source.direction);
                String what = "seed " + seed + " " + modes + " " + source.direction + " " + rig.log;
                assertThat(rig.reply).as(what).isNull();
                assertThat(outcome.head).as(what).isTrue();
                assertThat(outcome.body.toString()).as(what).isEqualTo(source.whole.toString());
                assertThat(outcome.ended).as(what).isTrue();
                assertThat(outcome.trailersPassed).as(what).isEqualTo(outcome.trailers != null);
                assertThat(outcome.timer).as(what).isFalse();
                assertThat(outcome.onHold).as(what).isFalse();
            }
            rig.machine.onEnd();
            assertThat(rig.faults).as("seed " + seed + " " + rig.log).isEmpty();
        }
    }

    @Test
    void wildProcessorsNeverHangOrDoubleAnEnd() {
        for (int seed = 0; seed < SCHEDULES * 4; seed++) {
            Random random = new Random(seed);
            Modes modes = randomModes(random);
            boolean failOpen = random.nextBoolean();
            Profile profile = random.nextBoolean() ? Profile.ENVOY : Profile.EXTENDED;
            MachineRig rig = new MachineRig(Scenes.settings(modes, failOpen, profile, 1 + random.nextInt(6)));
            List<Source> sources = List.of(
                    new Source(Direction.REQUEST, rig, random, random.nextInt(3) == 0),
                    new Source(Direction.RESPONSE, rig, random, random.nextInt(3) == 0));
            while (sources.stream().anyMatch(Source::hasNext)) {
                switch (random.nextInt(8)) {
                    case 0 -> wildMessage(rig, random);
                    case 1, 2, 3 -> {
                        if (!rig.unanswered.isEmpty()) {
                            answer(rig);
                        }
                    }
                    default -> sources.get(random.nextInt(2)).nextIfAny();
                }
            }
            settle(rig, random);
            rig.machine.onEnd();
            String what = "seed " + seed + " " + modes + " " + failOpen + " " + profile + " " + rig.log;
            boolean answered = rig.reply != null;
            boolean bothEnded = rig.outcome(Direction.REQUEST).ended && rig.outcome(Direction.RESPONSE).ended;
            assertThat(answered || bothEnded).as(what).isTrue();
            assertThat(rig.outcome(Direction.REQUEST).timer).as(what).isFalse();
            assertThat(rig.outcome(Direction.RESPONSE).timer).as(what).isFalse();
        }
    }

    /** The processor stays silent: timers fire, and where there are none the stream fails. */
    private static void settle(MachineRig rig, Random random) {
        for (Direction direction : Direction.values()) {
            if (rig.outcome(direction).timer) {
                rig.outcome(direction).timer = false;
                rig.machine.onTimer(direction);
            }
        }
        if (random.nextBoolean()) {
            rig.machine.onStreamFailed(14, "gone");
        } else {
            rig.machine.onStreamEnded();
            // A streamed answer that nobody ends is ended by the idle timeout of the exchange.
            if (rig.reply != null) {
                return;
            }
            rig.machine.onStreamFailed(14, "gone");
        }
    }

    private static void wildMessage(MachineRig rig, Random random) {
        Direction direction = random.nextBoolean() ? Direction.REQUEST : Direction.RESPONSE;
        CommonResponse.Builder reply = switch (random.nextInt(4)) {
            case 0 -> Scenes.replaceBody("new");
            case 1 -> Scenes.streamed(ByteString.copyFromUtf8("piece"), random.nextBoolean());
            case 2 -> Scenes.replaceBody("car").setStatus(CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE);
            default -> Scenes.proceed();
        };
        ProcessingResponse.Builder message = switch (random.nextInt(9)) {
            case 0, 1 -> Scenes.headers(direction, reply);
            case 2, 3 -> Scenes.body(direction, reply);
            case 4 -> Scenes.trailers(direction);
            case 5 ->
                ProcessingResponse.newBuilder()
                        .setImmediateResponse(ImmediateResponse.newBuilder().setBody(ByteString.copyFromUtf8("i")));
            case 6 -> ProcessingResponse.newBuilder().setStreamedImmediateResponse(streamedReply(random));
            case 7 ->
                ProcessingResponse.newBuilder()
                        .setOverrideMessageTimeout(Duration.newBuilder().setNanos(5_000_000));
            default -> ProcessingResponse.newBuilder();
        };
        if (random.nextInt(4) == 0) {
            message.setModeOverride(ProcessingMode.newBuilder()
                    .setRequestBodyModeValue(random.nextInt(5))
                    .setResponseBodyModeValue(random.nextInt(5))
                    .setRequestTrailerModeValue(random.nextInt(3)));
        }
        rig.says(message);
    }

    private static StreamedImmediateResponse.Builder streamedReply(Random random) {
        StreamedImmediateResponse.Builder reply = StreamedImmediateResponse.newBuilder();
        return switch (random.nextInt(3)) {
            case 0 -> reply.setHeadersResponse(HttpHeaders.newBuilder().setEndOfStream(random.nextBoolean()));
            case 1 -> reply.setBodyResponse(StreamedBodyResponse.newBuilder().setEndOfStream(random.nextBoolean()));
            default -> reply.setTrailersResponse(HeaderMap.getDefaultInstance());
        };
    }

    static Stream<BodyMode> modes() {
        return Stream.of(BODIES);
    }

    @ParameterizedTest
    @MethodSource("modes")
    void aStreamThatFailsInTheMiddleLosesNothingWhenItMay(BodyMode mode) {
        if (mode == BodyMode.FULL_DUPLEX_STREAMED) {
            return;
        }
        MachineRig rig = new MachineRig(
                Scenes.settings(Scenes.modes(mode, BodyMode.NONE, SendMode.SKIP), true, Profile.ENVOY, 100));
        rig.head(Direction.REQUEST, false).data(Direction.REQUEST, "ab", false);
        answer(rig);
        rig.data(Direction.REQUEST, "cd", false);
        rig.machine.onStreamFailed(13, "broken");
        rig.data(Direction.REQUEST, "ef", true);
        assertThat(rig.outcome(Direction.REQUEST).body.toString()).isEqualTo("abcdef");
        assertThat(rig.outcome(Direction.REQUEST).ended).isTrue();
        assertThat(rig.reply).isNull();
    }
}
