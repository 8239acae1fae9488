package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * The state of one exchange in a {@link StreamFilter}: a stage that both directions pass. Each default passes on what came.
 * All calls come on the exchange's event loop. A session that does not call {@code flow.head} in {@code on…Head} holds the
 * message; it may go on at any later moment, on the same event loop.
 */
public interface StreamSession {

    /** A filter's session for an exchange. That of a {@link HeadersFilter} asks for no bodies. */
    static StreamSession of(HttpFilter filter, Exchange exchange) {
        return switch (filter) {
            case HeadersFilter headers -> new HeadersSession(headers, exchange);
            case StreamFilter stream -> stream.open(exchange);
        };
    }

    /** What this session asks of the request body; at most the filter's ceiling. Asked once, before the head. */
    default BodyDemand requestDemand() {
        return BodyDemand.chunks();
    }

    /** What this session asks of the response body; at most the filter's ceiling. Asked once, before the response's head. */
    default BodyDemand responseDemand() {
        return BodyDemand.chunks();
    }

    /** A request's head came. {@code end}: there is neither body nor trailers. */
    default void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
        flow.head(end);
    }

    /** Request data came; the ownership of pooled buffers comes with it. */
    default void onRequestData(HttpData data, boolean end, RequestFlow flow) {
        flow.data(data, end);
    }

    /** Trailers end the request. */
    default void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
        flow.trailers(trailers);
    }

    /** The next stage takes more request data again. */
    default void onRequestWritable(RequestFlow flow) {}

    /** A response's head came; it may be that of a local reply ({@link ResponseHead#cause()}). */
    default void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        flow.head(end);
    }

    /** Response data came; the ownership of pooled buffers comes with it. */
    default void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
        flow.data(data, end);
    }

    /** Trailers end the response. */
    default void onResponseTrailers(HttpHeaders trailers, ResponseFlow flow) {
        flow.trailers(trailers);
    }

    /** The next stage takes more response data again. */
    default void onResponseWritable(ResponseFlow flow) {}

    /**
     * The exchange is over: completely answered, reset or abandoned. Called exactly once and last; data still held must be
     * released here.
     */
    default void onEnd() {}
}
