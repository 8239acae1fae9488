package dev.waypoint.extproc.state;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.CommonResponse;
import org.jspecify.annotations.Nullable;

/** What one body mode does. One instance serves one direction of one exchange. */
abstract sealed class BodyHandling permits NoBody, StreamedBody, BufferedBody, PartialBody, DuplexBody {

    static BodyHandling of(BodyMode mode) {
        return switch (mode) {
            case NONE -> new NoBody();
            case STREAMED -> new StreamedBody();
            case BUFFERED -> new BufferedBody();
            case BUFFERED_PARTIAL -> new PartialBody();
            case FULL_DUPLEX_STREAMED -> new DuplexBody();
        };
    }

    abstract BodyMode mode();

    /** Whether data goes to the processor although the headers are not answered. */
    boolean sendsEarly(Lane lane) {
        return false;
    }

    /** Data came, while the headers are answered, or early. */
    abstract void data(Lane lane, HttpData data, boolean end);

    /** The headers are answered, the body is not complete. Whether the head stays held. */
    boolean headersAnswered(Lane lane) {
        return false;
    }

    /** A body reply came while chunks or a part were waiting. */
    @Nullable
    ProtocolFault reply(Lane lane, CommonResponse reply) {
        return ProtocolFault.UNEXPECTED_REPLY;
    }

    /** Trailers came while nothing was waiting. Whether the body was sent now, so that they must wait. */
    boolean trailersArrived(Lane lane) {
        return false;
    }

    /** Whether nothing is left to be asked of the body, given that it is complete or does not matter. */
    boolean isDone(Lane lane) {
        return lane.complete();
    }
}
