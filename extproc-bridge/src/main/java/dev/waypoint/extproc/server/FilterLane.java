package dev.waypoint.extproc.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.HeaderFields;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.CommonResponse.ResponseStatus;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpTrailers;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.BodyDemand.Overflow;
import dev.waypoint.filter.LocalReply;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One direction of an exchange of a served filter: gives the session what came, and says what the session passes on in the way
 * that the proxy's body mode asks for.
 */
abstract class FilterLane {

    private static final Logger LOG = LoggerFactory.getLogger(FilterLane.class);

    /** How bodies go through. */
    private enum Style {
        /** The session does not see them. */
        PASSING,
        /** The body comes as a whole, the headers are held until it is answered (BUFFERED). */
        HELD,
        /** Each piece waits for its answer (STREAMED). */
        LOCKSTEP,
        /** Pieces in, pieces out (FULL_DUPLEX_STREAMED). */
        DUPLEX
    }

    final FilterStream stream;
    private final Direction direction;
    private Style style = Style.PASSING;
    private @Nullable HeadRecord headBefore;
    private @Nullable HeadRecord trailersBefore;
    /** What is collected for a session that asked for the whole. */
    private @Nullable Gathering whole;
    /** What the session passed on and is not yet said. */
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private HeaderChanges headChanges = HeaderChanges.none();
    private @Nullable HttpBody owed;
    private boolean answered;
    private boolean headAlone;
    private boolean replacing;
    private boolean headPassed;
    private boolean ended;
    private boolean reroute;
    private boolean delivering;
    private boolean paused;

    /** A body that is collected, within the limits that the session set. */
    private record Gathering(BodyDemand.Whole limits, ByteArrayOutputStream bytes) {
        boolean isFull() {
            return bytes.size() > limits.maxBytes();
        }
    }

    FilterLane(FilterStream stream, Direction direction) {
        this.stream = stream;
        this.direction = direction;
    }

    abstract BodyDemand demand();

    abstract HeaderFields fields();

    abstract void giveHead(boolean end);

    abstract void giveData(HttpData data, boolean end);

    abstract void giveTrailers(HttpHeaders trailers);

    abstract int overflowStatus();

    // ---- what came

    final void received(boolean end) {
        headBefore = new HeadRecord(fields());
        headAlone = end;
        BodyDemand demand = demand();
        BodyMode mode = stream.bodyMode(direction);
        Optional<Style> fitting = end ? Optional.of(Style.PASSING) : fit(demand, mode);
        if (fitting.isEmpty()) {
            LOG.error(
                    "the proxy sends {} bodies in mode {}, but the filter asks for {}: answered with 500",
                    direction,
                    mode,
                    demand);
            stream.answer(ImmediateAnswer.of(500, "").because("body_mode_does_not_fit_the_filter"));
            return;
        }
        style = fitting.get();
        if (style == Style.HELD) {
            answered = true;
            stream.say(Wire.headers(direction, CommonResponse.getDefaultInstance()));
        } else if (style == Style.DUPLEX && demand instanceof BodyDemand.Whole limits) {
            whole = new Gathering(limits, new ByteArrayOutputStream());
        } else {
            giveHead(end);
        }
    }

    private static Optional<Style> fit(BodyDemand demand, BodyMode mode) {
        boolean duplex = mode == BodyMode.FULL_DUPLEX_STREAMED;
        return switch (demand) {
            case BodyDemand.None _ -> Optional.of(Style.PASSING);
            case BodyDemand.Chunks _ ->
                switch (mode) {
                    case STREAMED -> Optional.of(Style.LOCKSTEP);
                    case BUFFERED -> Optional.of(Style.HELD);
                    case FULL_DUPLEX_STREAMED -> Optional.of(Style.DUPLEX);
                    case NONE, BUFFERED_PARTIAL -> Optional.empty();
                };
            case BodyDemand.Whole whole -> {
                boolean partial = mode == BodyMode.BUFFERED_PARTIAL && whole.overflow() == Overflow.PARTIAL;
                yield duplex
                        ? Optional.of(Style.DUPLEX)
                        : mode == BodyMode.BUFFERED || partial ? Optional.of(Style.HELD) : Optional.empty();
            }
            case BodyDemand.Duplex _ -> duplex ? Optional.of(Style.DUPLEX) : Optional.empty();
        };
    }

    final void onBody(HttpBody body) {
        boolean end = body.getEndOfStream();
        if (style == Style.PASSING) {
            pass(body);
        } else if (whole != null) {
            collect(whole, body);
        } else {
            owed = style == Style.DUPLEX ? null : body;
            delivering = true;
            if (style == Style.HELD && !headPassed) {
                giveHead(false);
            }
            giveData(data(body.getBody()), end);
            delivering = false;
            settle();
        }
    }

    private void pass(HttpBody body) {
        if (stream.bodyMode(direction) != BodyMode.FULL_DUPLEX_STREAMED) {
            CommonResponse.Builder reply = CommonResponse.newBuilder();
            if (ended) {
                reply.setBodyMutation(Wire.replacement(ByteString.EMPTY));
            }
            stream.say(Wire.body(direction, reply.build()));
        } else if (!ended) {
            stream.say(Wire.piece(direction, body.getBody(), body.getEndOfStream()));
        }
    }

    private void collect(Gathering gathering, HttpBody body) {
        gathering.bytes().writeBytes(body.getBody().toByteArray());
        boolean end = body.getEndOfStream();
        if (!end && !gathering.isFull()) {
            return;
        }
        if (gathering.isFull() && gathering.limits().overflow() == Overflow.REJECT) {
            stream.answer(ImmediateAnswer.of(overflowStatus(), "").because("body_too_large_for_the_filter"));
            return;
        }
        whole = null;
        giveHead(false);
        giveData(HttpData.wrap(gathering.bytes().toByteArray()), end);
    }

    final void onTrailers(HttpTrailers message) {
        HttpHeadersBuilder trailers = HttpHeaders.builder();
        MessageHeaders.of(message.getTrailers()).fields().forEach(field -> trailers.add(field.name(), field.value()));
        trailersBefore = new HeadRecord(Heads.of(trailers));
        if (style == Style.PASSING) {
            stream.say(Wire.trailers(direction, HeaderChanges.none()));
            return;
        }
        if (whole != null) {
            byte[] collected = whole.bytes().toByteArray();
            whole = null;
            giveHead(false);
            if (collected.length > 0) {
                giveData(HttpData.wrap(collected), false);
            }
        } else if (style == Style.HELD && !headPassed) {
            giveHead(false);
            if (!headChanges.isEmpty()) {
                throw new IllegalStateException("mode BUFFERED without a body: the headers went on before the trailers"
                        + " came, so what the filter changed in them is lost; use FULL_DUPLEX_STREAMED");
            }
        }
        giveTrailers(trailers.build());
    }

    static HttpData data(ByteString bytes) {
        return bytes.isEmpty() ? HttpData.empty() : HttpData.wrap(bytes.toByteArray());
    }

    // ---- what the session passes on: the methods that both kinds of flow have in common

    public final void head(boolean end) {
        headPassed = true;
        HeadRecord before = headBefore;
        if (before == null) {
            throw new IllegalStateException("the head of the " + direction + " did not come yet");
        }
        headChanges = before.changes(fields());
        if (style == Style.HELD) {
            ended = end;
            settleUnlessDelivering();
        } else if (headAlone && !end) {
            replacing = true;
        } else {
            sayHead(CommonResponse.newBuilder());
            if (end && !headAlone) {
                ended = true;
                if (style == Style.DUPLEX) {
                    stream.say(Wire.piece(direction, ByteString.EMPTY, true));
                }
            }
        }
    }

    private void sayHead(CommonResponse.Builder reply) {
        answered = true;
        if (!headChanges.isEmpty() || reroute) {
            reply.setHeaderMutation(Wire.mutation(headChanges)).setClearRouteCache(reroute);
        }
        stream.say(Wire.headers(direction, reply.build()));
    }

    public final void data(HttpData data, boolean end) {
        ByteString bytes = data.isEmpty() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(data.array());
        data.close();
        if (stream.isOver() || ended) {
            return;
        }
        ended = end;
        if (style == Style.DUPLEX) {
            if (end || !bytes.isEmpty()) {
                stream.say(Wire.piece(direction, bytes, end));
            }
            return;
        }
        out.writeBytes(bytes.toByteArray());
        if (replacing) {
            sayReplacement();
        } else {
            settleUnlessDelivering();
        }
    }

    private void sayReplacement() {
        if (ended) {
            replacing = false;
            sayHead(CommonResponse.newBuilder()
                    .setStatus(ResponseStatus.CONTINUE_AND_REPLACE)
                    .setBodyMutation(Wire.replacement(ByteString.copyFrom(out.toByteArray()))));
        }
    }

    private void settleUnlessDelivering() {
        if (!delivering) {
            settle();
        }
    }

    /** Gives the answer that a body message waits for, once it can be given. */
    private void settle() {
        HttpBody body = owed;
        boolean complete = body != null && headPassed && (ended || !body.getEndOfStream());
        if (body == null || !complete || stream.isOver()) {
            return;
        }
        owed = null;
        ByteString bytes = ByteString.copyFrom(out.toByteArray());
        out.reset();
        CommonResponse.Builder reply = CommonResponse.newBuilder();
        HeaderChanges changes = style == Style.HELD ? headChanges : HeaderChanges.none();
        if (!bytes.equals(body.getBody())) {
            reply.setBodyMutation(Wire.replacement(bytes));
            if (style == Style.HELD && fields().contains("content-length")) {
                // A body that no longer fits its content-length would be refused.
                changes = changes.set("content-length", Integer.toString(bytes.size()));
            }
        }
        if (!changes.isEmpty() || reroute) {
            reply.setHeaderMutation(Wire.mutation(changes)).setClearRouteCache(reroute);
        }
        stream.say(Wire.body(direction, reply.build()));
    }

    public final void trailers(HttpHeaders trailers) {
        HeadRecord before = trailersBefore;
        if (stream.isOver() || ended) {
            return;
        }
        if (before != null && (style == Style.DUPLEX || out.size() == 0)) {
            ended = true;
            stream.say(Wire.trailers(direction, before.changes(Heads.of(trailers.toBuilder()))));
        } else if (before != null) {
            throw new IllegalStateException("the filter held data back until the trailers came, which only mode"
                    + " FULL_DUPLEX_STREAMED can pass on");
        } else {
            LOG.warn("trailers that a filter adds are dropped: the protocol cannot carry them");
            data(HttpData.empty(), true);
        }
    }

    public final void reroute() {
        reroute = true;
    }

    /** Whether the proxy still waits for the headers' answer. */
    final boolean owesHead() {
        return headBefore != null && !answered;
    }

    public final void reply(LocalReply reply) {
        HeaderChanges headers = HeaderChanges.none();
        for (var header : reply.headers()) {
            headers = headers.add(header.getKey().toString(), header.getValue());
        }
        stream.answer(new ImmediateAnswer(
                reply.status(), headers, ByteString.copyFrom(reply.bodyBytes()), reply.grpcStatus(), reply.detail()));
    }

    final boolean isHeadPassed() {
        return headPassed;
    }

    // ---- slowing down

    public final boolean isWritable() {
        return stream.isWritable();
    }

    public final void pause() {
        paused = true;
    }

    public final void resume() {
        paused = false;
        stream.readOn();
    }

    final boolean isPaused() {
        return paused;
    }
}
