package dev.waypoint.extproc.state;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import java.util.Map;

/**
 * What the machine wants done, in this order and at once. Events that arise while an effect is carried out may be given to the
 * machine; it takes them when it is done with the present one.
 */
public interface Effects {

    /** Send the head of the direction to the processor. */
    void sendHeaders(Direction direction, boolean end);

    /** Send body bytes to the processor. They are lent: of no use after this call. */
    void sendBody(Direction direction, ByteString body, boolean end);

    /** Send the trailers of the direction to the processor. */
    void sendTrailers(Direction direction);

    /** Release the head. */
    void passHead(Direction direction, boolean end);

    /** Release data, with its ownership. */
    void passData(Direction direction, HttpData data, boolean end);

    /** Release the trailers. */
    void passTrailers(Direction direction);

    /** Hold the direction back, or no longer. */
    void hold(Direction direction, boolean on);

    /** Start the timer of the direction anew. */
    void startTimer(Direction direction, long millis);

    /** Stop the timer of the direction. */
    void stopTimer(Direction direction);

    /** Choose the route again by the request's head, which has not been released. */
    void clearRoute();

    /**
     * Answer now.
     *
     * @param direct whether the response's head came already: then the reply takes its place, and if it was released, the
     *     exchange is reset
     */
    void reply(LocalReply reply, boolean direct);

    /** Begin an answer that the processor gives piece by piece. */
    void replyHead(int status, HttpHeaders headers, boolean end);

    /** Go on with that answer. */
    void replyData(HttpData data, boolean end);

    /** End that answer with trailers. */
    void replyTrailers(HttpHeaders trailers);

    /** Break that answer off. */
    void abortReply();

    /** Nothing more is to be said or heard: close the stream. */
    void closeStream();

    /** Store metadata, as far as its namespaces may be received. */
    void metadata(Struct untyped, Map<String, Any> typed);

    /**
     * The processor did something wrong.
     *
     * @param received what came
     * @param expected what should have come, empty where the fault says it
     */
    void fault(ProtocolFault fault, String received, String expected);

    /** Something to be counted. */
    void count(Count count);

    /** What is counted, by the names of Envoy's statistics. */
    enum Count {
        STREAM_MSGS_RECEIVED,
        SPURIOUS_MSGS_RECEIVED,
        FAILURE_MODE_ALLOWED,
        MESSAGE_TIMEOUTS,
        REJECTED_HEADER_MUTATIONS,
        OVERRIDE_MESSAGE_TIMEOUT_RECEIVED,
        OVERRIDE_MESSAGE_TIMEOUT_IGNORED,
        CLEAR_ROUTE_CACHE_IGNORED,
        CLEAR_ROUTE_CACHE_DISABLED,
        CLEAR_ROUTE_CACHE_UPSTREAM_IGNORED,
        IMMEDIATE_RESPONSES_SENT,
        SERVER_HALF_CLOSED,
        STREAMS_FAILED
    }
}
