package dev.waypoint.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.waypoint.extproc.client.ProcessorStream;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.ExtProcMachine;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Phase;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.extproc.transcript.Recorder;
import dev.waypoint.extproc.transcript.Transcript.How;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.Exchange;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is said between proxy and processor about one exchange: the stream, with its times, sizes, counts and record. */
final class Conversation implements ProcessorStream.Listener {

    private final ExtProcFilter filter;
    private final Treatment treatment;
    private final Exchange exchange;
    private final ExtProcMachine machine;
    private final Brake brake;
    private final boolean observed;
    private final AnswerTimes requestTimes = new AnswerTimes();
    private final AnswerTimes responseTimes = new AnswerTimes();

    private @Nullable ProcessorStream stream;
    private @Nullable Recorder recorder;
    private boolean requestAttributesSent;
    private boolean responseAttributesSent;
    private boolean blocked;
    private boolean over;
    private long held;

    /** Slows the exchange down while the stream takes no more. */
    interface Brake {
        void blocked(boolean on);
    }

    Conversation(ExtProcFilter filter, Treatment treatment, Exchange exchange, ExtProcMachine machine, Brake brake) {
        this.filter = filter;
        this.treatment = treatment;
        this.exchange = exchange;
        this.machine = machine;
        this.brake = brake;
        this.observed = filter.config().mode() == ExtProcConfig.Mode.OBSERVE;
    }

    // ---- to the processor

    void headers(Direction direction, HeaderFields fields, boolean end) {
        ProcessingRequest.Builder message = begin(direction);
        var headers = filter.messages().headers(fields, end);
        send(
                direction,
                direction == Direction.REQUEST
                        ? message.setRequestHeaders(headers).build()
                        : message.setResponseHeaders(headers).build());
    }

    /** The bytes are lent: where the message outlives this call, it gets a copy of them. */
    void body(Direction direction, ByteString lent, boolean end) {
        boolean passing = stream != null && stream.writesAtOnce() && recorder == null;
        ByteString bytes = passing ? lent : UnsafeByteOperations.unsafeWrap(lent.toByteArray());
        ProcessingRequest.Builder message = begin(direction);
        var body = Messages.body(bytes, end);
        send(
                direction,
                direction == Direction.REQUEST
                        ? message.setRequestBody(body).build()
                        : message.setResponseBody(body).build());
    }

    void trailers(Direction direction, HeaderFields fields) {
        ProcessingRequest.Builder message = begin(direction);
        var trailers = filter.messages().trailers(fields);
        send(
                direction,
                direction == Direction.REQUEST
                        ? message.setRequestTrailers(trailers).build()
                        : message.setResponseTrailers(trailers).build());
    }

    private ProcessingRequest.Builder begin(Direction direction) {
        boolean request = direction == Direction.REQUEST;
        boolean first = !requestAttributesSent && !responseAttributesSent;
        boolean firstOfDirection = request ? !requestAttributesSent : !responseAttributesSent;
        requestAttributesSent |= request;
        responseAttributesSent |= !request;
        return filter.messages().begin(exchange, direction, first, firstOfDirection);
    }

    private void send(Direction direction, ProcessingRequest message) {
        long now = now();
        ProcessorStream open = stream;
        if (open == null) {
            begin(now);
            open = treatment
                    .pool()
                    .open(exchange.eventLoop(), treatment.endpoints(), filter.callHeaders(exchange), this);
            stream = open;
        }
        filter.happenings().messageSent();
        filter.meters().phase(Phase.of(message)).sent(message.getSerializedSize());
        if (!observed && !over) {
            times(direction).sent(now);
            filter.meters().calls().unanswered(1);
        }
        if (recorder != null) {
            recorder.sent(message, now);
        }
        if (exchange.isTraced()) {
            note("──▶ " + Phase.of(message).word() + ", " + message.getSerializedSize() + " bytes");
        }
        open.send(message);
        if (!open.isReady()) {
            block(true);
        }
    }

    private void begin(long now) {
        filter.happenings().streamStarted();
        filter.meters().calls().opened();
        if (treatment.recording() != Treatment.Recording.OFF) {
            recorder = filter.recorder(exchange, treatment.recording(), now);
        }
    }

    private AnswerTimes times(Direction direction) {
        return direction == Direction.REQUEST ? requestTimes : responseTimes;
    }

    private long now() {
        return exchange.eventLoop().ticker().nanoTime();
    }

    private void block(boolean on) {
        if (on != blocked) {
            blocked = on;
            filter.meters().calls().blocked(on ? 1 : -1);
        }
        brake.blocked(on);
    }

    /** Whether replies are read. */
    void reading(boolean on) {
        if (stream != null) {
            stream.reading(on);
        }
    }

    /** Nothing more is to be said or heard. */
    void close() {
        if (stream == null) {
            return;
        }
        filter.happenings().streamClosed();
        if (observed) {
            stream.close(filter.config().failure().deferredClose().toMillis());
        } else {
            stream.close();
        }
        end(How.CLOSED_BY_PROXY, "");
    }

    /** Counts anew how many bytes are held because of the processor; cheap when nothing changed. */
    void countHeld() {
        long bytes = machine.heldBytes();
        if (bytes != held) {
            filter.meters().calls().held(bytes - held);
            held = bytes;
        }
    }

    /** The exchange is over. */
    void finish() {
        countHeld();
        if (recorder != null) {
            recorder.finish(filter.recordings());
        }
    }

    // ---- from the processor

    @Override
    public void onReply(ProcessingResponse message) {
        hear(message);
        machine.onMessage(message);
        countHeld();
    }

    @Override
    public void onLateReply(ProcessingResponse message) {
        hear(message);
        machine.onMessage(message);
    }

    private void hear(ProcessingResponse message) {
        long now = now();
        Phase phase = Phase.of(message);
        filter.meters().phase(phase).received(message.getSerializedSize());
        long took = took(message, now);
        if (took >= 0) {
            filter.meters().phase(phase).answered(took);
        }
        if (recorder != null) {
            recorder.received(message, took, now);
        }
        if (exchange.isTraced()) {
            String after = took < 0 ? "" : String.format(Locale.ROOT, ", after %.3f ms", took / 1e6);
            note("◀── " + phase.word() + ", " + message.getSerializedSize() + " bytes" + after);
        }
    }

    /** How long it took to answer what this answers; -1 if it answers nothing. */
    private long took(ProcessingResponse message, long now) {
        AnswerTimes times = requestTimes;
        boolean all = false;
        switch (message.getResponseCase()) {
            case REQUEST_HEADERS -> {}
            case REQUEST_BODY ->
                all = isStreamed(message.getRequestBody().getResponse().getBodyMutation());
            case REQUEST_TRAILERS -> all = true;
            case RESPONSE_HEADERS -> times = responseTimes;
            case RESPONSE_BODY -> {
                times = responseTimes;
                all = isStreamed(message.getResponseBody().getResponse().getBodyMutation());
            }
            case RESPONSE_TRAILERS -> {
                times = responseTimes;
                all = true;
            }
            case IMMEDIATE_RESPONSE, STREAMED_IMMEDIATE_RESPONSE -> {
                times = responseTimes.count() > 0 ? responseTimes : requestTimes;
                all = true;
            }
            case RESPONSE_NOT_SET -> {
                return -1;
            }
        }
        if (times.count() == 0) {
            return -1;
        }
        filter.meters().calls().unanswered(all ? -times.count() : -1);
        return now - (all ? times.answerAll() : times.answerOne());
    }

    /** In full duplex a reply is about all that was sent so far: pieces need not come back one by one. */
    private static boolean isStreamed(BodyMutation body) {
        return body.hasStreamedResponse();
    }

    @Override
    public void onReady() {
        block(false);
    }

    @Override
    public void onEnded() {
        filter.happenings().streamClosed();
        end(How.ENDED_BY_PROCESSOR, "");
        machine.onStreamEnded();
        countHeld();
    }

    @Override
    public void onFailed(int code, String text) {
        end(How.FAILED, "gRPC status " + code + (text.isEmpty() ? "" : ", " + text));
        machine.onStreamFailed(code, text);
        countHeld();
    }

    private void end(How how, String detail) {
        if (over) {
            return;
        }
        over = true;
        block(false);
        filter.meters().calls().closed();
        filter.meters().calls().unanswered(-requestTimes.count() - responseTimes.count());
        requestTimes.answerAll();
        responseTimes.answerAll();
        if (recorder != null) {
            recorder.ended(how, detail, now());
        }
        if (exchange.isTraced() && stream != null) {
            String words = how.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            note("■ " + words + (detail.isEmpty() ? "" : ": " + detail));
        }
    }

    void fault(ProtocolFault fault, String received, String expected) {
        filter.happenings().fault(fault, received, expected, exchange.requestId());
        if (recorder != null) {
            recorder.fault(fault, received, expected, now());
        }
        if (exchange.isTraced()) {
            note("✗ " + fault.anchor() + ": " + received);
        }
    }

    /** Tells who traces the exchange. */
    private void note(String what) {
        exchange.note("ext-proc", filter.provider() + " " + what);
    }
}
