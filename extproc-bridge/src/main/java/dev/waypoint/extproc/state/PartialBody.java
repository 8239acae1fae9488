package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import org.jspecify.annotations.Nullable;

/** BUFFERED_PARTIAL: the beginning is sent, as much as the buffer holds; the rest passes. */
final class PartialBody extends BodyHandling {

    private boolean done;

    @Override
    BodyMode mode() {
        return BodyMode.BUFFERED_PARTIAL;
    }

    @Override
    void data(Lane lane, HttpData data, boolean end) {
        if (done) {
            lane.passage().passData(data, end);
        } else if (lane.waiting() == Waiting.PARTIAL_BODY) {
            lane.stash(data);
        } else {
            lane.pieces().keep(data, end);
            sendIfReady(lane, end);
        }
    }

    @Override
    boolean headersAnswered(Lane lane) {
        if (lane.pieces().hasStash()) {
            lane.pieces().keep(lane.pieces().joinStash(), false);
            sendIfReady(lane, false);
        }
        return true;
    }

    @Override
    boolean trailersArrived(Lane lane) {
        if (done || !lane.pieces().hasSent()) {
            return false;
        }
        sendPart(lane, false);
        return true;
    }

    private void sendIfReady(Lane lane, boolean end) {
        if (end || lane.pieces().sentOverflows()) {
            sendPart(lane, end);
        }
    }

    private static void sendPart(Lane lane, boolean end) {
        lane.out().sendBody(lane.direction(), lane.pieces().lendSent(), end);
        lane.await(Waiting.PARTIAL_BODY);
    }

    @Override
    @Nullable
    ProtocolFault reply(Lane lane, CommonResponse reply) {
        if (lane.waiting() != Waiting.PARTIAL_BODY) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        ProtocolFault fault = lane.replies().mutateHead(reply);
        if (fault != null) {
            return fault;
        }
        if (reply.getBodyMutation().hasStreamedResponse()) {
            lane.edits().ignored(ProtocolFault.STREAMED_BODY_IN_WHOLE_REPLY, "body reply");
        }
        lane.timer().answered();
        done = true;
        lane.replies().clearRoute(reply);
        Pieces.Chunk part = lane.pieces().takeAllSent();
        lane.passage().passData(Bytes.mutated(part.data(), reply.getBodyMutation()), part.end());
        lane.afterBody();
        return null;
    }

    @Override
    boolean isDone(Lane lane) {
        return done;
    }
}
