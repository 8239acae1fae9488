package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an exchange: what is held, what was sent, which reply is waited for. Reactions that differ by body mode are in
 * {@link BodyHandling}.
 */
final class Lane {

    /** A piece that was sent, or is to be sent. */
    record Chunk(HttpData data, boolean end) {}

    private final Direction direction;
    private final MachineSettings settings;
    private final Effects out;

    private boolean sendsHeaders;
    private boolean sendsTrailers;
    private BodyHandling body;

    private Waiting waiting = Waiting.NOTHING;
    private @Nullable HeaderFields head;
    private @Nullable HeaderFields trailers;
    private boolean headSeen;
    private boolean headHeld;
    private boolean noBody;
    private boolean bodySeen;
    private boolean complete;
    private boolean replaced;
    private boolean trailersSent;
    private boolean endPassed;
    private boolean cut;
    private boolean timed;
    private boolean extended;
    private boolean onHold;

    /** Pieces that came and were neither sent nor passed on. */
    private final ArrayDeque<HttpData> stash = new ArrayDeque<>(4);
    /** Pieces that were sent, or are being gathered for it, and are kept until the reply. */
    private final ArrayDeque<Chunk> sent = new ArrayDeque<>(4);

    private long stashBytes;
    private long sentBytes;

    Lane(Direction direction, MachineSettings settings, Effects out) {
        this.direction = direction;
        this.settings = settings;
        this.out = out;
        this.sendsHeaders = settings.modes().sendsHeaders(direction);
        this.sendsTrailers = settings.modes().sendsTrailers(direction);
        this.body = BodyHandling.of(settings.modes().body(direction));
    }

    // ---- what the machine asks

    Direction direction() {
        return direction;
    }

    MachineSettings settings() {
        return settings;
    }

    Effects out() {
        return out;
    }

    Waiting waiting() {
        return waiting;
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
        return cut;
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

    /** Whether bytes of a duplex body were given away, so that there is nothing to go on with. */
    boolean gaveBodyAway() {
        return body.mode() == BodyMode.FULL_DUPLEX_STREAMED && bodySeen;
    }

    /** Whether bytes that were given away did not come back. */
    boolean lacksBytes() {
        return gaveBodyAway() && !endPassed && !body.isDone(this);
    }

    /** Whether nothing more can be asked of the processor. */
    boolean isDone() {
        if (isOff() || cut) {
            return true;
        }
        if (!headSeen || waiting != Waiting.NOTHING) {
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

    // ---- events while the machine is active

    void onHead(HeaderFields fields, boolean end) {
        headSeen = true;
        noBody = end;
        complete = end;
        if (!sendsHeaders) {
            strip(fields);
            passHead(end);
            return;
        }
        head = fields;
        headHeld = true;
        out.sendHeaders(direction, end);
        await(Waiting.HEADERS);
        strip(fields);
    }

    void onData(HttpData data, boolean end) {
        complete |= end;
        if (cut || replaced) {
            data.close();
            if (replaced && end) {
                passData(HttpData.empty(), true);
            }
            return;
        }
        if (data.isEmpty() && !end) {
            data.close();
            return;
        }
        bodySeen = true;
        if (waiting == Waiting.HEADERS && !body.sendsEarly(this)) {
            stash(data);
        } else if (waiting == Waiting.WHOLE_BODY || waiting == Waiting.TRAILERS) {
            stash(data);
        } else {
            body.data(this, data, end);
        }
    }

    void onTrailers(HeaderFields fields) {
        complete = true;
        trailers = fields;
        if (cut) {
            return;
        }
        boolean duplex = body.mode() == BodyMode.FULL_DUPLEX_STREAMED;
        if ((!duplex && waiting != Waiting.NOTHING) || body.trailersArrived(this)) {
            return;
        }
        if (sendsTrailers) {
            sendTrailers();
        } else if (duplex && waiting != Waiting.NOTHING) {
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
        if (body.mode() == BodyMode.FULL_DUPLEX_STREAMED && (!data.isEmpty() || end)) {
            out.sendBody(direction, Bytes.of(data), end);
        }
        data.close();
    }

    void onTrailersDuringReply(HeaderFields fields) {
        complete = true;
        trailers = fields;
        if (body.mode() == BodyMode.FULL_DUPLEX_STREAMED && sendsTrailers) {
            trailersSent = true;
            out.sendTrailers(direction);
        }
    }

    @Nullable
    ProtocolFault headersReply(CommonResponse reply) {
        if (waiting != Waiting.HEADERS) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        boolean replaces = reply.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE;
        if (reply.hasHeaderMutation() && head != null) {
            var purpose = new HeaderMutator.Purpose(replaces, !stripsLength(), true);
            ProtocolFault fault = mutate(reply.getHeaderMutation(), head, purpose);
            if (fault != null) {
                return fault;
            }
        }
        clearRoute(reply);
        answered();
        waiting = afterHeaders();
        if (replaces) {
            replace(reply);
        } else {
            if (reply.hasBodyMutation()) {
                ignored(ProtocolFault.BODY_MUTATION_IN_HEADER_REPLY, "header reply");
            }
            proceed();
        }
        return null;
    }

    @Nullable
    ProtocolFault bodyReply(CommonResponse reply) {
        return waiting == Waiting.WHOLE_BODY ? wholeReply(reply) : body.reply(this, reply);
    }

    @Nullable
    ProtocolFault trailersReply(HeaderMutation mutation) {
        boolean duplex = headSeen && !noBody && body.mode() == BodyMode.FULL_DUPLEX_STREAMED;
        if (waiting != Waiting.TRAILERS && !duplex) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        if (trailers == null) {
            ignored(ProtocolFault.TRAILERS_ABSENT, "trailers reply");
            replaced = true;
            answered();
            passData(HttpData.empty(), true);
            return null;
        }
        ProtocolFault fault = mutate(mutation, trailers, HeaderMutator.Purpose.PLAIN);
        if (fault != null) {
            return fault;
        }
        answered();
        releaseAll();
        return null;
    }

    // ---- reactions

    private Waiting afterHeaders() {
        if (body.mode() == BodyMode.STREAMED && !sent.isEmpty()) {
            return Waiting.CHUNKS;
        }
        if (body.mode() == BodyMode.FULL_DUPLEX_STREAMED && stash.isEmpty()) {
            return bodySeen ? Waiting.CHUNKS : trailersSent ? Waiting.TRAILERS : Waiting.NOTHING;
        }
        return Waiting.NOTHING;
    }

    private void proceed() {
        if (noBody) {
            releaseAll();
            return;
        }
        if (body.mode() == BodyMode.FULL_DUPLEX_STREAMED && waiting == Waiting.NOTHING && bodySeen) {
            shareStash();
        }
        if (!complete) {
            if (!body.headersAnswered(this)) {
                releaseAll();
            }
            return;
        }
        if (waiting != Waiting.NOTHING) {
            return;
        }
        if (body.mode() != BodyMode.NONE && bodySeen) {
            sendWhole();
        } else if (sendsTrailers && trailers != null) {
            sendTrailers();
        } else {
            releaseAll();
        }
    }

    /** A mode override turned the body into a duplex one: what is held goes to the processor, with all that follows from it. */
    void shareStash() {
        if (bodySeen && (hasStash() || complete)) {
            HttpData all = joinStash();
            out.sendBody(direction, Bytes.of(all), complete && trailers == null);
            all.close();
        }
        if (waiting != Waiting.HEADERS && bodySeen) {
            waiting = Waiting.CHUNKS;
        }
        if (trailers != null && sendsTrailers && !trailersSent) {
            sendTrailers();
        }
        updateHold();
    }

    private void replace(CommonResponse reply) {
        if (reply.hasBodyMutation()) {
            if (head != null) {
                head.remove("content-length");
            }
            discardHeld();
            replaced = true;
        }
        body = BodyHandling.of(BodyMode.NONE);
        sendsTrailers = false;
        waiting = Waiting.NOTHING;
        if (!replaced) {
            while (hasSent()) {
                Chunk chunk = takeSent();
                passData(chunk.data(), chunk.end());
            }
            releaseAll();
            return;
        }
        HttpData fresh = Bytes.mutated(HttpData.empty(), reply.getBodyMutation());
        boolean ends = complete && trailers == null;
        if (noBody && fresh.isEmpty()) {
            passHead(true);
        } else {
            passHead(false);
            passData(fresh, ends);
        }
        if (trailers != null) {
            passTrailers();
        }
    }

    private @Nullable ProtocolFault wholeReply(CommonResponse reply) {
        ProtocolFault fault = mutateHead(reply, "body reply");
        if (fault != null) {
            return fault;
        }
        if (reply.hasBodyMutation()) {
            if (head != null && !settings.permissions().contentLength() && contradictsLength(head, reply)) {
                return ProtocolFault.LENGTH_MISMATCH;
            }
            HttpData all = Bytes.mutated(joinStash(), reply.getBodyMutation());
            stash.add(all);
            stashBytes = all.length();
        }
        clearRoute(reply);
        head = null;
        answered();
        if (sendsTrailers && trailers != null) {
            sendTrailers();
        } else {
            releaseAll();
        }
        return null;
    }

    private static boolean contradictsLength(HeaderFields head, CommonResponse reply) {
        String[] length = {""};
        head.forEach((name, value) -> {
            if ("content-length".contentEquals(name)) {
                length[0] = value;
            }
        });
        if (length[0].isEmpty()) {
            return false;
        }
        return !length[0].equals(Long.toString(reply.getBodyMutation().getBody().size()));
    }

    /** Header changes of a body reply, as far as the head is still here. */
    @Nullable
    ProtocolFault mutateHead(CommonResponse reply, String where) {
        if (!reply.hasHeaderMutation()) {
            return null;
        }
        if (head == null) {
            ignored(ProtocolFault.HEADER_MUTATION_TOO_LATE, where);
            return null;
        }
        boolean replaces = reply.getStatus() == CommonResponse.ResponseStatus.CONTINUE_AND_REPLACE;
        return mutate(reply.getHeaderMutation(), head, new HeaderMutator.Purpose(replaces, !stripsLength(), true));
    }

    private @Nullable ProtocolFault mutate(
            HeaderMutation mutation, HeaderFields fields, HeaderMutator.Purpose purpose) {
        ProtocolFault fault = settings.mutator()
                .apply(mutation, fields, purpose, this::ignored)
                .orElse(null);
        if (fault != null) {
            out.count(Effects.Count.REJECTED_HEADER_MUTATIONS);
        }
        return fault;
    }

    void ignored(ProtocolFault fault, String what) {
        if (fault == ProtocolFault.HEADER_REFUSED) {
            out.count(Effects.Count.REJECTED_HEADER_MUTATIONS);
        }
        out.fault(fault, what, "");
    }

    void clearRoute(CommonResponse reply) {
        if (direction == Direction.RESPONSE) {
            return;
        }
        boolean wish = reply.getClearRouteCache();
        MachineSettings.RouteCache action = settings.permissions().routeCache();
        if (action == MachineSettings.RouteCache.UPSTREAM) {
            if (wish) {
                out.count(Effects.Count.CLEAR_ROUTE_CACHE_UPSTREAM_IGNORED);
            }
        } else if (!reply.hasHeaderMutation()) {
            if (wish) {
                out.count(Effects.Count.CLEAR_ROUTE_CACHE_IGNORED);
            }
        } else if (action == MachineSettings.RouteCache.RETAIN) {
            if (wish) {
                out.count(Effects.Count.CLEAR_ROUTE_CACHE_DISABLED);
            }
        } else if (headHeld && (wish || action == MachineSettings.RouteCache.CLEAR)) {
            out.clearRoute();
        }
    }

    private boolean stripsLength() {
        if (settings.permissions().contentLength()) {
            return false;
        }
        return switch (body.mode()) {
            case NONE -> false;
            case BUFFERED -> !sendsHeaders;
            case STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
        };
    }

    private void strip(HeaderFields fields) {
        if (stripsLength()) {
            fields.remove("content-length");
        }
    }

    /** A mode override. A body that is already being answered keeps its mode. */
    void override(Modes modes) {
        sendsHeaders = modes.sendsHeaders(direction);
        sendsTrailers = modes.sendsTrailers(direction);
        boolean free = waiting == Waiting.NOTHING || waiting == Waiting.HEADERS;
        if (free && sent.isEmpty() && !replaced && modes.body(direction) != body.mode()) {
            body = BodyHandling.of(modes.body(direction));
            if (head != null && settings.profile() == Profile.EXTENDED) {
                strip(head);
            }
        }
    }

    /** Shows nothing more of this direction. */
    void switchOff() {
        override(Modes.OFF);
    }

    // ---- sending

    /** Sends a piece and keeps it until its reply. */
    void send(HttpData data, boolean end) {
        keep(data, end);
        out.sendBody(direction, Bytes.of(data), end);
    }

    void sendWhole() {
        HttpData all = joinStash();
        stash.add(all);
        stashBytes = all.length();
        out.sendBody(direction, Bytes.of(all), trailers == null);
        await(Waiting.WHOLE_BODY);
    }

    private void sendTrailers() {
        trailersSent = true;
        out.sendTrailers(direction);
        if (waiting == Waiting.NOTHING) {
            await(Waiting.TRAILERS);
        }
    }

    void await(Waiting reply) {
        waiting = reply;
        startTimer();
    }

    void awaitUntimed(Waiting reply) {
        waiting = reply;
    }

    void startTimer() {
        if (body.mode() != BodyMode.FULL_DUPLEX_STREAMED) {
            timed = true;
            extended = false;
            out.startTimer(direction, settings.timeouts().message());
        }
    }

    /** Grants a longer time, once for each message. */
    boolean extendTimer(long millis) {
        if (!timed || extended) {
            return false;
        }
        extended = true;
        out.startTimer(direction, millis);
        return true;
    }

    void stopTimer() {
        if (timed) {
            timed = false;
            out.stopTimer(direction);
        }
    }

    void answered() {
        stopTimer();
        waiting = Waiting.NOTHING;
    }

    // ---- holding

    void stash(HttpData data) {
        stash.add(data);
        stashBytes += data.length();
        if (body.mode() == BodyMode.BUFFERED) {
            checkOverflow();
        }
        updateHold();
    }

    void checkOverflow() {
        if (stashBytes > limit()) {
            cut = true;
        }
    }

    long limit() {
        return settings.buffer(direction);
    }

    boolean hasStash() {
        return !stash.isEmpty();
    }

    HttpData joinStash() {
        HttpData all = stash.size() == 1 ? stash.poll() : Bytes.join(stash);
        stash.clear();
        stashBytes = 0;
        return all;
    }

    void keep(HttpData data, boolean end) {
        sent.add(new Chunk(data, end));
        sentBytes += data.length();
        updateHold();
    }

    boolean hasSent() {
        return !sent.isEmpty();
    }

    long sentBytes() {
        return sentBytes;
    }

    Chunk takeSent() {
        Chunk chunk = sent.remove();
        sentBytes -= chunk.data().length();
        return chunk;
    }

    /** All kept pieces as one. */
    Chunk takeAllSent() {
        boolean end = !sent.isEmpty() && sent.getLast().end();
        List<HttpData> pieces = new ArrayList<>(sent.size());
        while (hasSent()) {
            pieces.add(takeSent().data());
        }
        return new Chunk(Bytes.join(pieces), end);
    }

    ByteString copySent() {
        ByteString all = ByteString.EMPTY;
        for (Chunk chunk : sent) {
            all = all.concat(Bytes.of(chunk.data()));
        }
        return all;
    }

    private void updateHold() {
        long held = stashBytes + sentBytes;
        if (!onHold && held > limit() && body.mode() != BodyMode.BUFFERED) {
            onHold = true;
            out.hold(direction, true);
        } else if (onHold && held <= limit() / 2) {
            onHold = false;
            out.hold(direction, false);
        }
    }

    // ---- releasing

    /** The body is answered: trailers are shown, or all goes on. */
    void afterBody() {
        flushStash();
        if (sendsTrailers && trailers != null) {
            sendTrailers();
        } else {
            releaseAll();
        }
    }

    /** Passes on all that is held, and the end if it is known. */
    void releaseAll() {
        if (headHeld) {
            passHead(noBody);
        }
        flushStash();
        if (complete && !endPassed) {
            if (trailers != null) {
                passTrailers();
            } else {
                passData(HttpData.empty(), true);
            }
        }
    }

    /** Goes on without the processor: everything held is passed on as it came. */
    void bypass() {
        answered();
        if (cut) {
            return;
        }
        while (hasSent()) {
            Chunk chunk = takeSent();
            passData(chunk.data(), chunk.end());
        }
        if (headSeen) {
            releaseAll();
        }
    }

    private void flushStash() {
        while (hasStash()) {
            HttpData data = stash.remove();
            stashBytes -= data.length();
            passData(data, stash.isEmpty() && complete && trailers == null);
        }
        updateHold();
    }

    void passHead(boolean end) {
        headHeld = false;
        head = null;
        if (!cut) {
            endPassed |= end;
            out.passHead(direction, end);
        }
    }

    /** Passes data on, after the head. An empty piece that ends nothing is dropped. */
    void passData(HttpData data, boolean end) {
        if (cut || endPassed || (data.isEmpty() && !end)) {
            data.close();
        } else {
            if (headHeld) {
                passHead(false);
            }
            endPassed = end;
            out.passData(direction, data, end);
        }
        updateHold();
    }

    void passTrailers() {
        if (cut || endPassed) {
            return;
        }
        if (headHeld) {
            passHead(false);
        }
        endPassed = true;
        out.passTrailers(direction);
    }

    /** Bypassing or observing: passes on what comes. */
    void relayHead(boolean end) {
        headSeen = true;
        noBody = end;
        complete = end;
        passHead(end);
    }

    void relayData(HttpData data, boolean end) {
        complete |= end;
        if (cut || replaced) {
            data.close();
            if (replaced && end) {
                passData(HttpData.empty(), true);
            }
            return;
        }
        passData(data, end);
    }

    void relayTrailers(HeaderFields fields) {
        complete = true;
        trailers = fields;
        if (!cut) {
            passTrailers();
        }
    }

    /** The direction ends here: what is held is given up. */
    void giveUp() {
        answered();
        cut = true;
        discardHeld();
    }

    void discardHeld() {
        stash.forEach(HttpData::close);
        stash.clear();
        stashBytes = 0;
        while (hasSent()) {
            takeSent().data().close();
        }
        updateHold();
    }

    /** Whether observing shows the head, the body and the trailers. */
    boolean observesHead() {
        return sendsHeaders;
    }

    boolean observesBody() {
        return body.mode() == BodyMode.STREAMED;
    }
}
