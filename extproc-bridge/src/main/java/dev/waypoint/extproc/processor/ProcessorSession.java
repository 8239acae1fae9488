package dev.waypoint.extproc.processor;

import com.google.protobuf.ByteString;

/**
 * One exchange as a processor sees it. A method is called for each part that the proxy was configured to send; the defaults
 * change nothing. An exception ends the stream with status {@code INTERNAL}, and the proxy does what its failure mode says.
 */
public interface ProcessorSession {

    /**
     * The request's headers.
     *
     * @param end whether neither body nor trailers follow
     */
    default HeadersAnswer onRequestHeaders(MessageHeaders headers, boolean end) {
        return HeadersAnswer.proceed();
    }

    /**
     * A piece of the request's body; the whole in mode BUFFERED.
     *
     * @param end whether it is the last part of the request; else more data or trailers follow
     */
    default BodyAnswer onRequestBody(ByteString data, boolean end) {
        return BodyAnswer.unchanged();
    }

    /** The request's trailers, which end it. */
    default TrailersAnswer onRequestTrailers(MessageHeaders trailers) {
        return TrailersAnswer.unchanged();
    }

    /**
     * The response's headers.
     *
     * @param end whether neither body nor trailers follow
     */
    default HeadersAnswer onResponseHeaders(MessageHeaders headers, boolean end) {
        return HeadersAnswer.proceed();
    }

    /** A piece of the response's body; the whole in mode BUFFERED. */
    default BodyAnswer onResponseBody(ByteString data, boolean end) {
        return BodyAnswer.unchanged();
    }

    /** The response's trailers, which end it. */
    default TrailersAnswer onResponseTrailers(MessageHeaders trailers) {
        return TrailersAnswer.unchanged();
    }

    /**
     * Nothing more comes. Called once and last.
     *
     * @param cancelled whether the proxy broke the stream off, as Envoy does at the end of most exchanges, or half-closed it
     */
    default void onEnd(boolean cancelled) {}
}
