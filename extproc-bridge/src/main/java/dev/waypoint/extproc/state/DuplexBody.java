package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import org.jspecify.annotations.Nullable;

/** FULL_DUPLEX_STREAMED: the processor is given everything at once, and what it sends is what goes on. */
final class DuplexBody extends BodyHandling {

    private boolean ended;

    @Override
    BodyMode mode() {
        return BodyMode.FULL_DUPLEX_STREAMED;
    }

    @Override
    boolean sendsEarly(Lane lane) {
        return true;
    }

    @Override
    void data(Lane lane, HttpData data, boolean end) {
        if (ended) {
            data.close();
            return;
        }
        lane.out().sendBody(lane.direction(), Bytes.lend(data), end);
        data.close();
        if (lane.waiting() != Waiting.HEADERS) {
            lane.timer().await(Waiting.CHUNKS);
        }
    }

    @Override
    @Nullable
    ProtocolFault reply(Lane lane, CommonResponse reply) {
        if (lane.waiting() != Waiting.CHUNKS) {
            return ProtocolFault.UNEXPECTED_REPLY;
        }
        if (!reply.getBodyMutation().hasStreamedResponse()) {
            return ProtocolFault.PLAIN_BODY_IN_DUPLEX_MODE;
        }
        if (reply.hasHeaderMutation()) {
            lane.edits().ignored(ProtocolFault.HEADER_MUTATION_TOO_LATE, "body reply");
        }
        StreamedBodyResponse piece = reply.getBodyMutation().getStreamedResponse();
        boolean end = piece.getEndOfStream();
        if (end) {
            ended = true;
            lane.timer().answered();
        }
        boolean unseenTrailers = lane.hasTrailers() && !lane.sendsTrailers();
        lane.passage().passData(Bytes.of(piece.getBody()), end && !unseenTrailers);
        if (end && unseenTrailers) {
            lane.passage().passTrailers();
        }
        return null;
    }

    @Override
    boolean isDone(Lane lane) {
        return ended;
    }
}
