package dev.waypoint.message;

/**
 * How an upstream call failed.
 *
 * @param kind what happened
 * @param code the code of a reset, else {@link ResetCode#INTERNAL_ERROR}
 * @param message what exactly, for logs
 */
public record UpstreamFailure(Kind kind, ResetCode code, String message) {

    /** What happened. */
    public enum Kind {
        /** No connection: refused, unreachable, name not found. */
        CONNECT_FAILED(true),
        /** No connection in time. */
        CONNECT_TIMEOUT(true),
        /** The TLS handshake failed, or the peer is not who it should be. */
        TLS_FAILED(true),
        /** A limit of the backend. */
        OVERFLOW(true),
        /** Nothing was sent, or the peer said that it did not process the request: REFUSED_STREAM, or GOAWAY with a lower stream id. */
        REFUSED(true),
        /** A pooled connection turned out to be closed before any byte of the request was answered. */
        STALE(false),
        /** The peer reset the stream. */
        RESET(false),
        /** The connection ended before the message did. */
        CLOSED(false),
        /** The peer broke the protocol. */
        PROTOCOL(false);

        private final boolean unprocessed;

        Kind(boolean unprocessed) {
            this.unprocessed = unprocessed;
        }

        /** Whether it is certain that the peer did not process the request. */
        public boolean unprocessed() {
            return unprocessed;
        }
    }

    /** A failure without a reset code. */
    public static UpstreamFailure of(Kind kind, String message) {
        return new UpstreamFailure(kind, ResetCode.INTERNAL_ERROR, message);
    }
}
