package dev.waypoint.extproc.state;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Drives a machine and keeps what it did; any effect that is out of order fails the test at once. */
final class MachineRig implements Effects {

    /** What was sent to the processor and is not answered. */
    record Sent(Direction direction, char kind, ByteString body, boolean end) {}

    /** What became of one direction. */
    static final class Outcome {
        boolean head;
        boolean ended;
        boolean timer;
        boolean onHold;
        final StringBuilder body = new StringBuilder();

        @Nullable
        HttpHeadersBuilder trailers;

        boolean trailersPassed;
    }

    final List<String> log = new ArrayList<>();
    final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
    final Map<Direction, Outcome> outcomes = new EnumMap<>(Direction.class);
    final List<ProtocolFault> faults = new ArrayList<>();
    final RequestHead request = new RequestHead("POST", "http", "test", "/", HttpHeaders.builder());
    final ResponseHead response = new ResponseHead(200, HttpHeaders.builder());
    final ExtProcMachine machine;
    final Modes settingsModes;

    @Nullable
    LocalReply reply;

    boolean replyEnded;
    boolean replyAborted;
    boolean closed;
    int reroutes;

    MachineRig(MachineSettings settings) {
        settingsModes = settings.modes();
        machine = new ExtProcMachine(settings, this);
        outcomes.put(Direction.REQUEST, new Outcome());
        outcomes.put(Direction.RESPONSE, new Outcome());
    }

    Outcome outcome(Direction direction) {
        Outcome outcome = outcomes.get(direction);
        if (outcome == null) {
            throw new AssertionError();
        }
        return outcome;
    }

    LocalReply replied() {
        if (reply == null) {
            throw new AssertionError("no reply");
        }
        return reply;
    }

    MachineRig head(Direction direction, boolean end) {
        machine.onHead(direction, direction == Direction.REQUEST ? Heads.of(request) : Heads.of(response), end);
        return this;
    }

    MachineRig data(Direction direction, String text, boolean end) {
        machine.onData(direction, HttpData.ofUtf8(text), end);
        return this;
    }

    MachineRig trailers(Direction direction, String name, String value) {
        HttpHeadersBuilder trailers = HttpHeaders.builder().add(name, value);
        outcome(direction).trailers = trailers;
        machine.onTrailers(direction, Heads.of(trailers));
        return this;
    }

    MachineRig says(ProcessingResponse.Builder message) {
        machine.onMessage(message.build());
        return this;
    }

    private void sent(Direction direction, char kind, ByteString body, boolean end) {
        check(!closed, "sent after the stream was closed");
        unanswered.add(new Sent(direction, kind, body, end));
        String text = kind == 'B' ? "(" + body.toStringUtf8() + "," + (end ? "t" : "f") + ")" : end ? "(t)" : "(f)";
        log.add((direction == Direction.REQUEST ? "Rq" : "Rs") + kind + (kind == 'T' ? "" : text));
    }

    @Override
    public void sendHeaders(Direction direction, boolean end) {
        sent(direction, 'H', ByteString.EMPTY, end);
    }

    @Override
    public void sendBody(Direction direction, ByteString body, boolean end) {
        sent(direction, 'B', ByteString.copyFrom(body.toByteArray()), end);
    }

    @Override
    public void sendTrailers(Direction direction) {
        sent(direction, 'T', ByteString.EMPTY, false);
    }

    @Override
    public void passHead(Direction direction, boolean end) {
        Outcome outcome = outcome(direction);
        check(!outcome.head, "a second head");
        outcome.head = true;
        outcome.ended = end;
    }

    @Override
    public void passData(Direction direction, HttpData data, boolean end) {
        Outcome outcome = outcome(direction);
        check(outcome.head, "data before the head");
        check(!outcome.ended, "data after the end");
        outcome.body.append(data.toStringUtf8());
        outcome.ended = end;
    }

    @Override
    public void passTrailers(Direction direction) {
        Outcome outcome = outcome(direction);
        check(outcome.head, "trailers before the head");
        check(!outcome.ended, "trailers after the end");
        outcome.ended = true;
        outcome.trailersPassed = true;
    }

    @Override
    public void hold(Direction direction, boolean on) {
        check(outcome(direction).onHold != on, "hold " + on + " twice");
        outcome(direction).onHold = on;
    }

    @Override
    public void startTimer(Direction direction, long millis) {
        outcome(direction).timer = true;
        log.add("timer " + millis);
    }

    @Override
    public void stopTimer(Direction direction) {
        outcome(direction).timer = false;
    }

    @Override
    public void clearRoute() {
        check(!outcome(Direction.REQUEST).head, "reroute after the head");
        reroutes++;
    }

    @Override
    public void reply(LocalReply answer, boolean direct) {
        check(reply == null || reply.detail().equals("request_payload_too_large"), "a second reply");
        reply = answer;
    }

    @Override
    public void replyHead(int status, HttpHeaders headers, boolean end) {
        check(reply == null, "a second reply");
        reply = LocalReply.of(status, dev.waypoint.filter.ReplyCause.EXT_PROC_REPLY, "streamed")
                .withHeaders(headers);
        replyEnded = end;
    }

    @Override
    public void replyData(HttpData data, boolean end) {
        check(reply != null && !replyEnded, "reply data out of order");
        outcome(Direction.RESPONSE).body.append(data.toStringUtf8());
        replyEnded = end;
    }

    @Override
    public void replyTrailers(HttpHeaders trailers) {
        check(reply != null && !replyEnded, "reply trailers out of order");
        replyEnded = true;
    }

    @Override
    public void abortReply() {
        replyAborted = true;
    }

    @Override
    public void closeStream() {
        check(!closed, "closed twice");
        closed = true;
    }

    @Override
    public void metadata(Struct untyped, Map<String, Any> typed) {
        log.add("metadata");
    }

    @Override
    public void fault(ProtocolFault fault, String received, String expected) {
        faults.add(fault);
    }

    @Override
    public void count(Count count) {
        log.add(count.name());
    }

    private void check(boolean good, String what) {
        if (!good) {
            throw new AssertionError(what + "; so far " + log);
        }
    }
}
