package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange: what came of it, what is held, and what follows from replies. Reactions that differ by body mode
 * are in {@link BodyHandling}.
 */
final class Lane {

    private final Direction direction;
    private final MachineSettings settings;
    private final Effects out;
    private final Pieces pieces;
    private final Outlet outlet;
    private final ReplyTimer timer;
    private final HeadEdits edits;

    private boolean sendsHeaders;
    private boolean sendsTrailers;
    private BodyHandling body;

    private @Nullable HeaderFields head;
    private @Nullable HeaderFields trailers;
    private boolean headSeen;
    private boolean noBody;
    private boolean bodySeen;
    private boolean complete;
    private boolean replaced;
    private boolean trailersSent;

    Lane(Direction direction, MachineSettings settings, Effects out) {
        this.direction = direction;
        this.settings = settings;
        this.out = out;
        this.pieces = new Pieces(direction, out, settings.buffer(direction));
        this.outlet = new Outlet(direction, out);
        this.timer = new ReplyTimer(direction, out, settings.timeouts().message());
        this.edits = new HeadEdits(settings, out);
        this.sendsHeaders = settings.modes().sendsHeaders(direction);
        this.sendsTrailers = settings.modes().sendsTrailers(direction);
        this.body = BodyHandling.of(settings.modes().body(direction));
    }

    // ---- what others may know

    Direction direction() {
        return direction;
    }

    MachineSettings settings() {
        return settings;
    }

    Effects out() {
        return out;
    }

    Pieces pieces() {
        return pieces;
    }

    HeadEdits edits() {
        return edits;
    }

    ReplyTimer timer() {
        return timer;
    }

    Waiting waiting() {
        return timer.waiting();
    }

    BodyMode mode() {
        return body.mode();
    }

    boolean headSeen() {
        return headSeen;
    }

    boolean bodySeen() {
        return bodySeen;
    }

    boolean complete() {
        return complete;
    }

    boolean isCut() {
        return outlet.isCut();
    }

    boolean sendsHeaders() {
        return sendsHeaders;
    }

    boolean sendsTrailers() {
        return sendsTrailers;
    }

    boolean hasTrailers() {
        return trailers != null;
    }

    boolean isOff() {
        return !sendsHeaders && body.mode() == BodyMode.NONE && !sendsTrailers;
    }

    private boolean isDuplex() {
        return body.mode() == BodyMode.FULL_DUPLEX_STREAMED;
    }

    /** Whether bytes of a duplex body were given away, so that there is nothing to go on with. */
    boolean gaveBodyAway() {
        return isDuplex() && bodySeen;
    }

    /** Whether bytes that were given away did not come back. */
    boolean lacksBytes() {
        return gaveBodyAway() && !outlet.isEnded() && !body.isDone(this);
    }

    /** Whether nothing more can be asked of the processor. */
    boolean isDone() {
        if (isOff() || isCut()) {
            return true;
        }
        if (!headSeen || !timer.isIdle()) {
            return false;
        }
        if (noBody) {
            return true;
        }
        if (sendsTrailers && (!complete || (trailers != null && !trailersSent))) {
            return false;
        }
        return body.isDone(this);
    }

    // ---- events while the processor is asked

    void onHead(HeaderFields fields, boolean end) {
        headSeen = true;
        noBody = end;
        complete = end;
        if (!sendsHeaders) {
            strip(fields);
            outlet.head(end);
            return;
        }
        head = fields;
        outlet.holdHead();
        out.sendHeaders(direction, end);
        await(Waiting.HEADERS);
        strip(fields);
    }

    void onData(HttpData data, boolean end) {
        complete |= end;
        if (isCut() || replaced) {
            relayRest(data, end);
            return;
        }
        if (data.isEmpty() && !end) {
            data.close();
            return;
        }
        bodySeen = true;
        boolean waits = switch (timer.waiting()) {
            case HEADERS -> !body.sendsEarly(this);
            case WHOLE_BODY, TRAILERS -> true;
            case NOTHING, CHUNKS, PARTIAL_BODY -> false;
        };
        if (waits) {
            stash(data);
        } else {
            body.data(this, data, end);
        }
    }

    void onTrailers(HeaderFields fields) {
        complete = true;
        trailers = fields;
        if (isCut() || (!isDuplex() && !timer.isIdle()) || body.trailersArrived(this)) {
            return;
        }
        if (sendsTrailers) {
            sendTrailers();
        } else if (isDuplex() && !timer.isIdle()) {
            // The processor is not to see trailers, so it must be told the end in another way.
            out.sendBody(direction, ByteString.EMPTY, true);
            bodySeen = true;
        } else {
            releaseAll();
        }
    }

    /** While a streamed immediate response runs: nothing passes, but a duplex body is still shown. */
    void onDataDuringReply(HttpData data, boolean end) {
        complete |= end;
        if (isDuplex() && (!data.isEmpty() || end)) {
            out.sendBody(direction, Bytes.of(data), end);
        }
        data.close();
    }

    void onTrailersDuringReply(HeaderFields fields) {
        complete = true;
        trailers = fields;
        if (isDuplex() && sendsTrailers) {
            trailersSent = true;
            out.sendTrailers(direction);
        }
    }

    // ---- replies

    @Nullable
    ProtocolFault headersReply(CommonResponse reply) {
        if (timer.waiting() != Waiting.HEADERS) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        if (reply.hasHeaderMutation() && head != null) {
            ProtocolFault fault = edits.mutateHead(reply, head, !stripsLength());
            if (fault != null) {
                return fault;
            }
        }
        clearRoute(reply);
        timer.answered();
        timer.await(afterHeaders());
        if (reply.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE) {
            replace(reply);
            return null;
        }
        if (reply.hasBodyMutation()) {
            edits.ignored(ProtocolFault.BODY_MUTATION_IN_HEADER_REPLY, "header reply");
        }
        proceed();
        return null;
    }

    @Nullable
    ProtocolFault bodyReply(CommonResponse reply) {
        return timer.waiting() == Waiting.WHOLE_BODY ? wholeReply(reply) : body.reply(this, reply);
    }

    @Nullable
    ProtocolFault trailersReply(HeaderMutation mutation) {
        boolean duplex = headSeen && !noBody && isDuplex();
        if (timer.waiting() != Waiting.TRAILERS && !duplex) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        if (trailers == null) {
            edits.ignored(ProtocolFault.TRAILERS_ABSENT, "trailers reply");
            replaced = true;
            timer.answered();
            outlet.data(HttpData.empty(), true);
            return null;
        }
        ProtocolFault fault = edits.mutate(mutation, trailers, HeaderMutator.Purpose.PLAIN);
        if (fault != null) {
            return fault;
        }
        timer.answered();
        releaseAll();
        return null;
    }

    private Waiting afterHeaders() {
        if (body.mode() == BodyMode.STREAMED && pieces.hasSent()) {
            return Waiting.CHUNKS;
        }
        if (isDuplex() && !pieces.hasStash()) {
            return bodySeen ? Waiting.CHUNKS : trailersSent ? Waiting.TRAILERS : Waiting.NOTHING;
        }
        return Waiting.NOTHING;
    }

    private void proceed() {
        if (noBody) {
            releaseAll();
            return;
        }
        if (isDuplex() && timer.isIdle() && bodySeen) {
            shareStash();
        }
        if (!complete) {
            if (!body.headersAnswered(this)) {
                releaseAll();
            }
        } else if (timer.isIdle()) {
            if (body.mode() != BodyMode.NONE && bodySeen) {
                sendWhole();
            } else {
                sendTrailersOrRelease();
            }
        }
    }

    /** A mode override turned the body into a duplex one: what is held goes to the processor, with all that follows from it. */
    void shareStash() {
        if (bodySeen && (pieces.hasStash() || complete)) {
            HttpData all = pieces.joinStash();
            out.sendBody(direction, Bytes.of(all), complete && trailers == null);
            all.close();
        }
        if (bodySeen && timer.waiting() != Waiting.HEADERS) {
            timer.await(Waiting.CHUNKS);
        }
        if (trailers != null && sendsTrailers && !trailersSent) {
            sendTrailers();
        }
        pieces.updateHold();
    }

    private void replace(CommonResponse reply) {
        if (reply.hasBodyMutation() && head != null) {
            HeadEdits.dropLength(head);
        }
        replaced = reply.hasBodyMutation();
        body = BodyHandling.of(BodyMode.NONE);
        sendsTrailers = false;
        timer.await(Waiting.NOTHING);
        if (!replaced) {
            flushSent();
            releaseAll();
            return;
        }
        pieces.discard();
        HttpData fresh = Bytes.mutated(HttpData.empty(), reply.getBodyMutation());
        if (noBody && fresh.isEmpty()) {
            passHead(true);
            return;
        }
        passHead(false);
        outlet.data(fresh, complete && trailers == null);
        if (trailers != null) {
            outlet.trailers();
        }
    }

    private @Nullable ProtocolFault wholeReply(CommonResponse reply) {
        ProtocolFault fault = mutateHead(reply);
        if (fault != null) {
            return fault;
        }
        if (reply.hasBodyMutation()) {
            if (head != null && edits.contradictsLength(head, reply)) {
                return ProtocolFault.LENGTH_MISMATCH;
            }
            if (reply.getBodyMutation().hasStreamedResponse()) {
                edits.ignored(ProtocolFault.STREAMED_BODY_IN_WHOLE_REPLY, "body reply");
            }
            pieces.stash(Bytes.mutated(pieces.joinStash(), reply.getBodyMutation()));
        }
        clearRoute(reply);
        head = null;
        timer.answered();
        sendTrailersOrRelease();
        return null;
    }

    /** Header changes of a body reply, as far as the head is still here. */
    @Nullable
    ProtocolFault mutateHead(CommonResponse reply) {
        if (!reply.hasHeaderMutation()) {
            return null;
        }
        if (head == null) {
            edits.ignored(ProtocolFault.HEADER_MUTATION_TOO_LATE, "body reply");
            return null;
        }
        return edits.mutateHead(reply, head, !stripsLength());
    }

    void clearRoute(CommonResponse reply) {
        if (direction == Direction.REQUEST) {
            edits.clearRoute(reply, outlet.holdsHead());
        }
    }

    private boolean stripsLength() {
        return edits.stripsLength(body.mode(), sendsHeaders);
    }

    private void strip(HeaderFields fields) {
        if (stripsLength()) {
            HeadEdits.dropLength(fields);
        }
    }

    /** A mode override. A body that is already being answered keeps its mode. */
    void override(Modes modes) {
        sendsHeaders = modes.sendsHeaders(direction);
        sendsTrailers = modes.sendsTrailers(direction);
        boolean free = timer.isIdle() || timer.waiting() == Waiting.HEADERS;
        if (free && !pieces.hasSent() && !replaced && modes.body(direction) != body.mode()) {
            body = BodyHandling.of(modes.body(direction));
            if (head != null && settings.profile() == Profile.EXTENDED) {
                strip(head);
            }
        }
    }

    // ---- sending

    /** Sends a piece and keeps it until its reply. */
    void send(HttpData data, boolean end) {
        pieces.keep(data, end);
        out.sendBody(direction, Bytes.of(data), end);
    }

    void sendWhole() {
        HttpData all = pieces.joinStash();
        pieces.stash(all);
        out.sendBody(direction, Bytes.of(all), trailers == null);
        await(Waiting.WHOLE_BODY);
    }

    private void sendTrailers() {
        trailersSent = true;
        out.sendTrailers(direction);
        if (timer.isIdle()) {
            await(Waiting.TRAILERS);
        }
    }

    void await(Waiting reply) {
        timer.await(reply);
        startTimer();
    }

    void startTimer() {
        if (!isDuplex()) {
            timer.start();
        }
    }

    // ---- holding and releasing

    void stash(HttpData data) {
        pieces.stash(data);
        if (body.mode() == BodyMode.BUFFERED) {
            checkOverflow();
        } else {
            pieces.updateHold();
        }
    }

    void checkOverflow() {
        if (pieces.stashOverflows()) {
            outlet.cut();
        }
    }

    private void sendTrailersOrRelease() {
        if (sendsTrailers && trailers != null) {
            sendTrailers();
        } else {
            releaseAll();
        }
    }

    /** The body is answered: trailers are shown, or all goes on. */
    void afterBody() {
        flushStash();
        sendTrailersOrRelease();
    }

    /** Passes on all that is held, and the end if it is known. */
    void releaseAll() {
        if (outlet.holdsHead()) {
            passHead(noBody);
        }
        flushStash();
        if (!complete || outlet.isEnded()) {
            return;
        }
        if (trailers != null) {
            passTrailers();
        } else {
            outlet.data(HttpData.empty(), true);
        }
    }

    /** Goes on without the processor: everything held is passed on as it came. */
    void bypass() {
        timer.answered();
        if (isCut() || !headSeen) {
            return;
        }
        flushSent();
        releaseAll();
    }

    private void flushSent() {
        while (pieces.hasSent()) {
            Pieces.Chunk chunk = pieces.takeSent();
            passData(chunk.data(), chunk.end());
        }
    }

    private void flushStash() {
        while (pieces.hasStash()) {
            HttpData data = pieces.takeStash();
            outlet.data(data, !pieces.hasStash() && complete && trailers == null);
        }
        pieces.updateHold();
    }

    private void passHead(boolean end) {
        head = null;
        outlet.head(end);
    }

    void passData(HttpData data, boolean end) {
        if (!outlet.isCut() && (!data.isEmpty() || end)) {
            head = null;
        }
        outlet.data(data, end);
        pieces.updateHold();
    }

    void passTrailers() {
        head = null;
        outlet.trailers();
    }

    // ---- while the processor is not asked, or not waited for

    void relayHead(boolean end) {
        headSeen = true;
        noBody = end;
        complete = end;
        outlet.head(end);
    }

    void relayData(HttpData data, boolean end) {
        complete |= end;
        if (isCut() || replaced) {
            relayRest(data, end);
        } else {
            passData(data, end);
        }
    }

    /** Of a message that was replaced or given up, only the end counts. */
    private void relayRest(HttpData data, boolean end) {
        data.close();
        if (replaced && end) {
            outlet.data(HttpData.empty(), true);
        }
    }

    void relayTrailers(HeaderFields fields) {
        complete = true;
        trailers = fields;
        passTrailers();
    }

    /** The direction ends here: what is held is given up. */
    void giveUp() {
        timer.answered();
        outlet.cut();
        pieces.discard();
    }
}
