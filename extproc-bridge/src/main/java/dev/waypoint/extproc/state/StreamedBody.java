package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import org.jspecify.annotations.Nullable;

/** STREAMED: each piece is sent and waits for its own reply; replies come in order. */
final class StreamedBody extends BodyHandling {

    @Override
    BodyMode mode() {
        return BodyMode.STREAMED;
    }

    @Override
    boolean sendsEarly(Lane lane) {
        return lane.settings().earlyBody();
    }

    @Override
    void data(Lane lane, HttpData data, boolean end) {
        lane.send(data, end);
        if (lane.waiting() != Waiting.HEADERS) {
            lane.await(Waiting.CHUNKS);
        } else {
            lane.startTimer();
        }
    }

    @Override
    boolean headersAnswered(Lane lane) {
        if (lane.pieces().hasStash()) {
            lane.send(lane.pieces().joinStash(), false);
            lane.await(Waiting.CHUNKS);
        }
        return false;
    }

    @Override
    @Nullable
    ProtocolFault reply(Lane lane, CommonResponse reply) {
        if (lane.waiting() != Waiting.CHUNKS || !lane.pieces().hasSent()) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        if (reply.getBodyMutation().hasStreamedResponse()) {
            return ProtocolFault.STREAMED_BODY_IN_CHUNK_MODE;
        }
        if (reply.hasHeaderMutation()) {
            lane.edits().ignored(ProtocolFault.HEADER_MUTATION_TOO_LATE, "body reply");
        }
        lane.timer().answered();
        Pieces.Chunk chunk = lane.pieces().takeSent();
        lane.replies().clearRoute(reply);
        lane.passage().passData(Bytes.mutated(chunk.data(), reply.getBodyMutation()), chunk.end());
        if (lane.pieces().hasSent()) {
            if (lane.settings().profile() == Profile.EXTENDED) {
                lane.await(Waiting.CHUNKS);
            } else {
                lane.timer().await(Waiting.CHUNKS);
            }
        } else {
            lane.afterBody();
        }
        return null;
    }

    @Override
    boolean isDone(Lane lane) {
        return lane.complete() && !lane.pieces().hasSent();
    }
}
