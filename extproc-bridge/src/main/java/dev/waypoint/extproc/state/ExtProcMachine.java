package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.ImmediateResponse;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedImmediateResponse;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with a processor: events in, {@link Effects} out. Knows no clock, thread or socket. An event that arises while
 * another is handled waits for its turn.
 */
public final class ExtProcMachine {

    private enum Status {
        ACTIVE,
        /** The processor is not asked any more, everything passes. */
        BYPASS,
        /** The proxy answered by itself: the request is over, a response that comes is the answer. */
        ANSWERED
    }

    private final MachineSettings settings;
    private final Effects out;
    private final Lane request;
    private final Lane response;
    private final StreamedAnswer streamedAnswer;
    private final Replies replies;
    private final Remarks remarks;
    private final ArrayDeque<Runnable> later = new ArrayDeque<>(0);

    private Status status = Status.ACTIVE;
    private boolean busy;
    private boolean overflowed;
    /** The exchange was over before the processor was done with it: what it says now is no fault. */
    private boolean abandoned;

    public ExtProcMachine(MachineSettings settings, Effects out) {
        this.settings = settings;
        this.out = out;
        this.request = new Lane(Direction.REQUEST, settings, out);
        this.response = new Lane(Direction.RESPONSE, settings, out);
        this.streamedAnswer = new StreamedAnswer(settings, out, request, response);
        this.replies = new Replies(settings, out, request, response);
        this.remarks = new Remarks(out);
    }

    /** Whether the processor is still asked. */
    public boolean isActive() {
        return status == Status.ACTIVE;
    }

    /** The head of a direction came; the fields may be changed until it is released. */
    public void onHead(Direction direction, HeaderFields fields, boolean end) {
        run(() -> head(lane(direction), fields, end));
    }

    /** Data came. */
    public void onData(Direction direction, HttpData data, boolean end) {
        run(() -> data(lane(direction), data, end));
    }

    /** Trailers came; the fields may be changed until they are released. */
    public void onTrailers(Direction direction, HeaderFields fields) {
        run(() -> trailers(lane(direction), fields));
    }

    /** The processor said something. */
    public void onMessage(ProcessingResponse message) {
        run(() -> message(message));
    }

    /** The time for a reply is over. */
    public void onTimer(Direction direction) {
        run(() -> timeout(lane(direction)));
    }

    /** The stream ended with an error, or could not be opened. */
    public void onStreamFailed(int grpcStatus, String text) {
        run(() -> failed(grpcStatus, text));
    }

    /** The processor ended the stream with OK. */
    public void onStreamEnded() {
        run(this::ended);
    }

    /** The client closed an upgraded connection: the processor is not told of ends that are none. */
    public void onTunnelClosed() {
        run(() -> {
            if (status == Status.ACTIVE) {
                bypass();
            }
        });
    }

    /** The exchange is over; what is held is released. */
    public void onEnd() {
        run(() -> {
            request.giveUp();
            response.giveUp();
            if (status == Status.ACTIVE) {
                status = Status.ANSWERED;
                abandoned = true;
                out.closeStream();
            }
        });
    }

    /** The bytes of bodies that are held until the processor has answered. */
    public long heldBytes() {
        return request.pieces().heldBytes() + response.pieces().heldBytes();
    }

    private Lane lane(Direction direction) {
        return direction == Direction.REQUEST ? request : response;
    }

    private void run(Runnable event) {
        if (busy) {
            later.add(event);
            return;
        }
        busy = true;
        try {
            for (Runnable next = event; next != null; next = later.poll()) {
                next.run();
            }
        } finally {
            busy = false;
        }
    }

    // ---- the message on its way

    private boolean passes(Lane lane) {
        return status != Status.ACTIVE || settings.observe() || (streamedAnswer.isBegun() && lane == response);
    }

    private boolean isRefused(Lane lane) {
        return status == Status.ANSWERED && lane == request;
    }

    private void head(Lane lane, HeaderFields fields, boolean end) {
        if (passes(lane)) {
            if (status == Status.ACTIVE && settings.observe() && lane.sendsHeaders()) {
                out.sendHeaders(lane.direction(), end);
            }
            lane.relayHead(end);
        } else {
            lane.onHead(fields, end);
        }
        closeWhenUnneeded();
    }

    private void data(Lane lane, HttpData data, boolean end) {
        if (isRefused(lane)) {
            data.close();
        } else if (passes(lane)) {
            if (status == Status.ACTIVE
                    && settings.observe()
                    && lane.mode() == BodyMode.STREAMED
                    && (end || !data.isEmpty())) {
                out.sendBody(lane.direction(), Bytes.lend(data), end);
            }
            lane.relayData(data, end);
        } else if (streamedAnswer.isBegun()) {
            lane.onDataDuringReply(data, end);
        } else {
            lane.onData(data, end);
            checkOverflow(lane);
        }
    }

    private void trailers(Lane lane, HeaderFields fields) {
        if (isRefused(lane)) {
            return;
        }
        if (passes(lane)) {
            if (status == Status.ACTIVE && settings.observe() && lane.sendsTrailers()) {
                out.sendTrailers(lane.direction());
            }
            lane.relayTrailers(fields);
        } else if (streamedAnswer.isBegun()) {
            lane.onTrailersDuringReply(fields);
        } else {
            lane.onTrailers(fields);
        }
    }

    private void checkOverflow(Lane lane) {
        if (!lane.isCut() || status != Status.ACTIVE) {
            return;
        }
        if (lane == response) {
            answer(LocalReply.of(
                    500, "Internal Server Error", ReplyCause.BODY_TOO_LARGE, "response_payload_too_large"));
        } else if (!overflowed) {
            overflowed = true;
            request.pieces().discard();
            LocalReply tooLarge =
                    LocalReply.of(413, "Payload Too Large", ReplyCause.BODY_TOO_LARGE, "request_payload_too_large");
            out.reply(tooLarge, response.headSeen());
        }
    }

    // ---- what the processor says

    private void message(ProcessingResponse message) {
        if (abandoned) {
            return;
        }
        if (settings.observe()) {
            out.fault(ProtocolFault.OBSERVED_REPLY, Remarks.describe(message), "");
            return;
        }
        if (status != Status.ACTIVE) {
            out.fault(ProtocolFault.LATE_MESSAGE, Remarks.describe(message), "");
            return;
        }
        remarks.on(message);
        if (message.hasOverrideMessageTimeout()) {
            replies.extend(message.getOverrideMessageTimeout());
            return;
        }
        boolean overridden = message.hasModeOverride() && replies.override(message);
        if (message.hasDynamicMetadata() || message.getTypedDynamicMetadataCount() > 0) {
            out.metadata(message.getDynamicMetadata(), message.getTypedDynamicMetadataMap());
        }
        ProtocolFault fault = switch (message.getResponseCase()) {
            case IMMEDIATE_RESPONSE -> immediate(message.getImmediateResponse());
            case STREAMED_IMMEDIATE_RESPONSE -> streamed(message.getStreamedImmediateResponse());
            case REQUEST_HEADERS,
                    REQUEST_BODY,
                    REQUEST_TRAILERS,
                    RESPONSE_HEADERS,
                    RESPONSE_BODY,
                    RESPONSE_TRAILERS,
                    RESPONSE_NOT_SET -> replies.dispatch(message, overridden, streamedAnswer.isBegun());
        };
        if (fault != null) {
            refuse(fault, message);
            return;
        }
        out.count(Effects.Count.STREAM_MSGS_RECEIVED);
        checkOverflow(request);
        checkOverflow(response);
        closeEarly(message);
    }

    private @Nullable ProtocolFault immediate(ImmediateResponse reply) {
        if (!settings.permissions().immediateResponse()) {
            return ProtocolFault.IMMEDIATE_RESPONSE_DISABLED;
        }
        answer(ImmediateReplies.of(reply, settings.mutator(), request.edits()::ignored));
        return null;
    }

    private @Nullable ProtocolFault streamed(StreamedImmediateResponse piece) {
        ProtocolFault fault = streamedAnswer.on(piece);
        if (fault == null && streamedAnswer.isEnded()) {
            status = Status.ANSWERED;
            request.giveUp();
            out.closeStream();
        }
        return fault;
    }

    // ---- what goes wrong

    private void refuse(ProtocolFault fault, ProcessingResponse message) {
        String expected = "request " + request.waiting() + ", response " + response.waiting();
        out.fault(fault, Remarks.describeFully(message), expected);
        if (fault.severity() == ProtocolFault.Severity.SPURIOUS) {
            out.count(Effects.Count.SPURIOUS_MSGS_RECEIVED);
            fail(settings.statusOnError(), fault.token());
        } else {
            out.count(Effects.Count.STREAM_MSGS_RECEIVED);
            answer(ImmediateReplies.error(settings.statusOnError(), fault.token()));
        }
    }

    private void timeout(Lane lane) {
        if (status != Status.ACTIVE || lane.waiting() == Waiting.NOTHING) {
            return;
        }
        out.count(Effects.Count.MESSAGE_TIMEOUTS);
        out.fault(ProtocolFault.TIMEOUT, "nothing", lane.direction() + " " + lane.waiting());
        fail(504, ProtocolFault.TIMEOUT.token());
    }

    private void failed(int grpcStatus, String text) {
        if (status != Status.ACTIVE) {
            return;
        }
        out.count(Effects.Count.STREAMS_FAILED);
        out.count(Effects.Count.SERVER_HALF_CLOSED);
        out.fault(ProtocolFault.STREAM_FAILED, "status " + grpcStatus + " " + text, "");
        String details =
                ProtocolFault.STREAM_FAILED.token() + "_" + grpcStatus + "{" + text.replaceAll("\\s", "_") + "}";
        fail(settings.statusOnError(), details);
    }

    private void ended() {
        if (status != Status.ACTIVE) {
            return;
        }
        out.count(Effects.Count.SERVER_HALF_CLOSED);
        if (request.lacksBytes() || response.lacksBytes()) {
            out.fault(ProtocolFault.BYTES_LOST, "end of stream", "");
            if (settings.profile() == Profile.EXTENDED && !streamedAnswer.isBegun()) {
                answer(ImmediateReplies.error(settings.statusOnError(), ProtocolFault.BYTES_LOST.token()));
                return;
            }
        }
        if (streamedAnswer.isBegun()) {
            // Nobody will end the answer any more; as in Envoy, the idle timeout of the exchange does.
            request.giveUp();
            return;
        }
        bypass();
    }

    private void fail(int httpStatus, String details) {
        boolean observedFreely = settings.observe() && settings.profile() == Profile.EXTENDED;
        boolean open = (settings.failOpen() || observedFreely)
                && !streamedAnswer.isBegun()
                && !request.gaveBodyAway()
                && !response.gaveBodyAway();
        if (open) {
            out.count(Effects.Count.FAILURE_MODE_ALLOWED);
            bypass();
        } else {
            answer(ImmediateReplies.error(httpStatus, details));
        }
    }

    private void bypass() {
        status = Status.BYPASS;
        out.closeStream();
        request.bypass();
        response.bypass();
    }

    private void answer(LocalReply reply) {
        status = Status.ANSWERED;
        out.count(Effects.Count.IMMEDIATE_RESPONSES_SENT);
        request.giveUp();
        boolean direct = response.headSeen();
        if (direct) {
            response.giveUp();
        } else {
            response.timer().stop();
        }
        out.closeStream();
        if (streamedAnswer.isBegun()) {
            out.abortReply();
        } else {
            out.reply(reply, direct);
        }
    }

    private void closeWhenUnneeded() {
        boolean unneeded = response.headSeen() && response.isOff() && bothDone();
        if (status == Status.ACTIVE && !settings.observe() && !streamedAnswer.isBegun() && unneeded) {
            status = Status.BYPASS;
            out.closeStream();
        }
    }

    /** Closes the stream after the last reply that can matter; BUFFERED bodies leave that to the end of the exchange. */
    private void closeEarly(ProcessingResponse message) {
        if (status != Status.ACTIVE || streamedAnswer.isBegun()) {
            return;
        }
        boolean last = switch (message.getResponseCase()) {
            case REQUEST_HEADERS, REQUEST_TRAILERS -> response.isOff();
            case REQUEST_BODY -> response.isOff() && closesAfterBody(request);
            case RESPONSE_BODY -> closesAfterBody(response);
            case RESPONSE_HEADERS, RESPONSE_TRAILERS -> true;
            case IMMEDIATE_RESPONSE, STREAMED_IMMEDIATE_RESPONSE, RESPONSE_NOT_SET -> false;
        };
        if (last && bothDone()) {
            status = Status.BYPASS;
            out.closeStream();
        }
    }

    private static boolean closesAfterBody(Lane lane) {
        return lane.mode() != BodyMode.BUFFERED && lane.mode() != BodyMode.BUFFERED_PARTIAL;
    }

    private boolean bothDone() {
        return request.isDone() && response.isDone();
    }
}
