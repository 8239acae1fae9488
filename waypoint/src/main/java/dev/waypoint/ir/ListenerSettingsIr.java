package dev.waypoint.ir;

import java.time.Duration;

/**
 * How connections and requests of a listener are treated.
 *
 * @param trustedHops how many proxies in front may be believed in {@code x-forwarded-for}; 0: the connection's peer is the client
 * @param proxyProtocol whether connections begin with a PROXY protocol header
 * @param maxHeaderBytes the largest head, 1 KiB to 1 MiB
 * @param maxStreams concurrent streams of one HTTP/2 connection
 * @param idleTimeout how long a connection without request is kept
 * @param headerTimeout how long a request's head may take, and before it a TLS handshake and a PROXY header
 * @param forwarding which forwarding headers are set
 * @param http what differs between proxies in how they speak HTTP
 */
public record ListenerSettingsIr(
        int trustedHops,
        boolean proxyProtocol,
        int maxHeaderBytes,
        int maxStreams,
        Duration idleTimeout,
        Duration headerTimeout,
        ForwardingIr forwarding,
        HttpIr http) {

    /** Settings with the common way of speaking HTTP. */
    public ListenerSettingsIr(
            int trustedHops,
            boolean proxyProtocol,
            int maxHeaderBytes,
            int maxStreams,
            Duration idleTimeout,
            Duration headerTimeout,
            ForwardingIr forwarding) {
        this(
                trustedHops,
                proxyProtocol,
                maxHeaderBytes,
                maxStreams,
                idleTimeout,
                headerTimeout,
                forwarding,
                HttpIr.DEFAULT);
    }

    /** Safe values. */
    public static final ListenerSettingsIr DEFAULT = new ListenerSettingsIr(
            0, false, 64 * 1024, 256, Duration.ofHours(1), Duration.ofSeconds(30), ForwardingIr.DEFAULT);

    /**
     * How HTTP is spoken.
     *
     * @param streamWindow the initial window of an HTTP/2 stream, which bounds what is held of its request; 0 for the
     *     transport's own
     * @param http1Trailers whether trailers come from HTTP/1 clients and go to them; else they are dropped
     * @param informational whether 1xx responses are passed on
     */
    public record HttpIr(int streamWindow, boolean http1Trailers, boolean informational) {
        /** Everything is passed on. */
        public static final HttpIr DEFAULT = new HttpIr(0, true, true);
    }

    /**
     * Headers about the way that a request came.
     *
     * @param xForwarded {@code x-forwarded-for}, {@code -proto}, {@code -host}
     * @param forwarded {@code forwarded} (RFC 7239)
     * @param via the name for {@code via}; empty for none
     * @param requestId whether {@code x-request-id} is made; one that the client sent is kept only behind trusted hops
     */
    public record ForwardingIr(boolean xForwarded, boolean forwarded, String via, boolean requestId) {
        /** The x-forwarded headers and a request id. */
        public static final ForwardingIr DEFAULT = new ForwardingIr(true, false, "", true);
    }
}
