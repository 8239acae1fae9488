package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.HeaderMutation;
import org.jspecify.annotations.Nullable;

/** What follows from replies about one direction. */
final class LaneReplies {

    private final Lane lane;
    private final Passage passage;
    private final HeadEdits edits;
    private final ReplyTimer timer;

    LaneReplies(Lane lane, Passage passage, HeadEdits edits, ReplyTimer timer) {
        this.lane = lane;
        this.passage = passage;
        this.edits = edits;
        this.timer = timer;
    }

    @Nullable
    ProtocolFault headers(CommonResponse reply) {
        if (timer.waiting() != Waiting.HEADERS) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        HeaderFields head = passage.head();
        if (reply.hasHeaderMutation() && head != null) {
            ProtocolFault fault = edits.mutateHead(reply, head, !lane.stripsLength());
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
    ProtocolFault body(CommonResponse reply) {
        return timer.waiting() == Waiting.WHOLE_BODY
                ? whole(reply)
                : lane.bodyHandling().reply(lane, reply);
    }

    @Nullable
    ProtocolFault trailers(HeaderMutation mutation) {
        boolean duplex = passage.headSeen() && !passage.noBody() && lane.isDuplex();
        if (timer.waiting() != Waiting.TRAILERS && !duplex) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        HeaderFields trailers = passage.trailers();
        if (trailers == null) {
            edits.ignored(ProtocolFault.TRAILERS_ABSENT, "trailers reply");
            passage.replaceRest();
            timer.answered();
            passage.outlet().data(HttpData.empty(), true);
            return null;
        }
        ProtocolFault fault = edits.mutate(mutation, trailers, HeaderMutator.Purpose.PLAIN);
        if (fault != null) {
            return fault;
        }
        timer.answered();
        passage.releaseAll();
        return null;
    }

    private Waiting afterHeaders() {
        if (lane.mode() == BodyMode.STREAMED && passage.pieces().hasSent()) {
            return Waiting.CHUNKS;
        }
        if (lane.isDuplex() && !passage.pieces().hasStash()) {
            return lane.bodySeen() ? Waiting.CHUNKS : lane.trailersSent() ? Waiting.TRAILERS : Waiting.NOTHING;
        }
        return Waiting.NOTHING;
    }

    private void proceed() {
        if (passage.noBody()) {
            passage.releaseAll();
            return;
        }
        if (lane.isDuplex() && timer.isIdle() && lane.bodySeen()) {
            lane.shareStash();
        }
        if (!passage.complete()) {
            if (!lane.bodyHandling().headersAnswered(lane)) {
                passage.releaseAll();
            }
        } else if (timer.isIdle()) {
            if (lane.mode() != BodyMode.NONE && lane.bodySeen()) {
                lane.sendWhole();
            } else {
                lane.sendTrailersOrRelease();
            }
        }
    }

    private void replace(CommonResponse reply) {
        HeaderFields head = passage.head();
        if (reply.hasBodyMutation() && head != null) {
            HeadEdits.dropLength(head);
        }
        lane.askNoMore();
        timer.await(Waiting.NOTHING);
        if (!reply.hasBodyMutation()) {
            passage.flushSent();
            passage.releaseAll();
            return;
        }
        passage.replaceRest();
        passage.pieces().discard();
        HttpData fresh = Bytes.mutated(HttpData.empty(), reply.getBodyMutation());
        if (passage.noBody() && fresh.isEmpty()) {
            passage.passHead(true);
            return;
        }
        passage.passHead(false);
        passage.outlet().data(fresh, passage.complete() && passage.trailers() == null);
        if (passage.trailers() != null) {
            passage.outlet().trailers();
        }
    }

    private @Nullable ProtocolFault whole(CommonResponse reply) {
        ProtocolFault fault = mutateHead(reply);
        if (fault != null) {
            return fault;
        }
        HeaderFields head = passage.head();
        if (reply.hasBodyMutation()) {
            if (head != null && edits.contradictsLength(head, reply)) {
                return ProtocolFault.LENGTH_MISMATCH;
            }
            if (reply.getBodyMutation().hasStreamedResponse()) {
                edits.ignored(ProtocolFault.STREAMED_BODY_IN_WHOLE_REPLY, "body reply");
            }
            Pieces pieces = passage.pieces();
            pieces.stash(Bytes.mutated(pieces.joinStash(), reply.getBodyMutation()));
        }
        clearRoute(reply);
        passage.sealHead();
        timer.answered();
        lane.sendTrailersOrRelease();
        return null;
    }

    /** Header changes of a body reply, as far as the head is still here. */
    @Nullable
    ProtocolFault mutateHead(CommonResponse reply) {
        if (!reply.hasHeaderMutation()) {
            return null;
        }
        HeaderFields head = passage.head();
        if (head == null) {
            edits.ignored(ProtocolFault.HEADER_MUTATION_TOO_LATE, "body reply");
            return null;
        }
        return edits.mutateHead(reply, head, !lane.stripsLength());
    }

    void clearRoute(CommonResponse reply) {
        if (lane.direction() == Direction.REQUEST) {
            edits.clearRoute(reply, passage.outlet().holdsHead());
        }
    }
}
