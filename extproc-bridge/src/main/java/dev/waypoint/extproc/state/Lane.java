package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;

/**
 * One direction of an exchange: what the processor is shown of it, and when. What is held and goes on is in {@link Passage}, what
 * follows from replies in {@link LaneReplies}, and reactions that differ by body mode in {@link BodyHandling}.
 */
final class Lane {

    private final Direction direction;
    private final MachineSettings settings;
    private final Effects out;
    private final Passage passage;
    private final ReplyTimer timer;
    private final HeadEdits edits;
    private final LaneReplies replies;

    private boolean sendsHeaders;
    private boolean sendsTrailers;
    private BodyHandling body;
    private boolean bodySeen;
    private boolean trailersSent;

    Lane(Direction direction, MachineSettings settings, Effects out) {
        this.direction = direction;
        this.settings = settings;
        this.out = out;
        this.passage = new Passage(direction, out, settings.buffer(direction));
        this.timer = new ReplyTimer(direction, out, settings.timeouts().message());
        this.edits = new HeadEdits(settings, out);
        this.replies = new LaneReplies(this, passage, edits, timer);
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
        return passage.pieces();
    }

    Passage passage() {
        return passage;
    }

    LaneReplies replies() {
        return replies;
    }

    BodyHandling bodyHandling() {
        return body;
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
        return passage.headSeen();
    }

    boolean bodySeen() {
        return bodySeen;
    }

    boolean complete() {
        return passage.complete();
    }

    boolean isCut() {
        return passage.outlet().isCut();
    }

    boolean sendsHeaders() {
        return sendsHeaders;
    }

    boolean sendsTrailers() {
        return sendsTrailers;
    }

    boolean hasTrailers() {
        return passage.trailers() != null;
    }

    boolean isOff() {
        return !sendsHeaders && body.mode() == BodyMode.NONE && !sendsTrailers;
    }

    boolean trailersSent() {
        return trailersSent;
    }

    boolean isDuplex() {
        return body.mode() == BodyMode.FULL_DUPLEX_STREAMED;
    }

    /** Whether bytes of a duplex body were given away, so that there is nothing to go on with. */
    boolean gaveBodyAway() {
        return isDuplex() && bodySeen;
    }

    /** Whether bytes that were given away did not come back. */
    boolean lacksBytes() {
        return gaveBodyAway() && !passage.outlet().isEnded() && !body.isDone(this);
    }

    /** Whether nothing more can be asked of the processor. */
    boolean isDone() {
        if (isOff() || isCut()) {
            return true;
        }
        if (!passage.headSeen() || !timer.isIdle()) {
            return false;
        }
        if (passage.noBody()) {
            return true;
        }
        if (sendsTrailers && (!passage.complete() || (hasTrailers() && !trailersSent))) {
            return false;
        }
        return body.isDone(this);
    }

    // ---- events while the processor is asked

    void onHead(HeaderFields fields, boolean end) {
        passage.headCame(end);
        if (!sendsHeaders) {
            strip(fields);
            passage.passHead(end);
            return;
        }
        passage.holdHead(fields);
        out.sendHeaders(direction, end);
        await(Waiting.HEADERS);
        strip(fields);
    }

    void onData(HttpData data, boolean end) {
        passage.dataCame(end);
        if (passage.takesNothing()) {
            passage.dropData(data, end);
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
        passage.trailersCame(fields);
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
            passage.releaseAll();
        }
    }

    /** While a streamed immediate response runs: nothing passes, but a duplex body is still shown. */
    void onDataDuringReply(HttpData data, boolean end) {
        passage.dataCame(end);
        if (isDuplex() && (!data.isEmpty() || end)) {
            out.sendBody(direction, Bytes.lend(data), end);
        }
        data.close();
    }

    void onTrailersDuringReply(HeaderFields fields) {
        passage.trailersCame(fields);
        if (isDuplex() && sendsTrailers) {
            trailersSent = true;
            out.sendTrailers(direction);
        }
    }

    /** A mode override turned the body into a duplex one: what is held goes to the processor, with all that follows from it. */
    void shareStash() {
        Pieces pieces = passage.pieces();
        if (bodySeen && (pieces.hasStash() || passage.complete())) {
            HttpData all = pieces.joinStash();
            out.sendBody(direction, Bytes.lend(all), passage.complete() && !hasTrailers());
            all.close();
        }
        if (bodySeen && timer.waiting() != Waiting.HEADERS) {
            timer.await(Waiting.CHUNKS);
        }
        if (hasTrailers() && sendsTrailers && !trailersSent) {
            sendTrailers();
        }
        pieces.updateHold();
    }

    boolean stripsLength() {
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
        if (free && !passage.pieces().hasSent() && !passage.replaced() && modes.body(direction) != body.mode()) {
            body = BodyHandling.of(modes.body(direction));
            HeaderFields head = passage.head();
            if (head != null && settings.profile() == Profile.EXTENDED) {
                strip(head);
            }
        }
    }

    /** Nothing more of this direction is shown to the processor. */
    void askNoMore() {
        body = BodyHandling.of(BodyMode.NONE);
        sendsTrailers = false;
    }

    // ---- sending

    /** Sends a piece and keeps it until its reply. */
    void send(HttpData data, boolean end) {
        passage.pieces().keep(data, end);
        out.sendBody(direction, Bytes.lend(data), end);
    }

    void sendWhole() {
        HttpData all = passage.pieces().joinStash();
        passage.pieces().stash(all);
        out.sendBody(direction, Bytes.lend(all), !hasTrailers());
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
        passage.pieces().stash(data);
        if (body.mode() == BodyMode.BUFFERED) {
            checkOverflow();
        } else {
            passage.pieces().updateHold();
        }
    }

    void checkOverflow() {
        if (passage.pieces().stashOverflows()) {
            passage.outlet().cut();
        }
    }

    void sendTrailersOrRelease() {
        if (sendsTrailers && hasTrailers()) {
            sendTrailers();
        } else {
            passage.releaseAll();
        }
    }

    /** The body is answered: trailers are shown, or all goes on. */
    void afterBody() {
        passage.flushStash();
        sendTrailersOrRelease();
    }

    /** Goes on without the processor: everything held is passed on as it came. */
    void bypass() {
        timer.answered();
        if (isCut() || !passage.headSeen()) {
            return;
        }
        passage.flushSent();
        passage.releaseAll();
    }

    // ---- while the processor is not asked, or not waited for

    void relayHead(boolean end) {
        passage.headCame(end);
        passage.passHead(end);
    }

    void relayData(HttpData data, boolean end) {
        passage.dataCame(end);
        if (passage.takesNothing()) {
            passage.dropData(data, end);
        } else {
            passage.passData(data, end);
        }
    }

    void relayTrailers(HeaderFields fields) {
        passage.trailersCame(fields);
        passage.passTrailers();
    }

    /** The direction ends here: what is held is given up. */
    void giveUp() {
        timer.answered();
        passage.giveUp();
    }
}
