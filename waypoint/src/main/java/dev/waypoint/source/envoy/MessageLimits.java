package dev.waypoint.source.envoy;

/**
 * What is held of one message at most.
 *
 * @param bytes of a body, for HTTP/1 clients and for responses
 * @param http2Bytes of a request's body for HTTP/2 clients: the window of a stream
 * @param headers fields of a head
 * @param headerBytes bytes of a head
 */
record MessageLimits(int bytes, int http2Bytes, int headers, int headerBytes) {

    /** Envoy's defaults. */
    static final MessageLimits DEFAULT = new MessageLimits(1024 * 1024, 16 * 1024 * 1024, 100, 60 * 1024);
}
