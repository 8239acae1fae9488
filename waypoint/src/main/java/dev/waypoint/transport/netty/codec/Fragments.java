package dev.waypoint.transport.netty.codec;

import java.nio.charset.StandardCharsets;

/** Pieces of heads that are written as they are. */
public final class Fragments {

    static final byte[] HTTP_1_1_HOST = bytes(" HTTP/1.1\r\nhost: ");

    /** Says that the connection ends with this message. */
    public static final byte[] CONNECTION_CLOSE = bytes("connection: close\r\n");

    /** Says to a client of HTTP/1.0 that the connection goes on. */
    public static final byte[] CONNECTION_KEEP_ALIVE = bytes("connection: keep-alive\r\n");

    /** Says that another protocol is meant. */
    public static final byte[] CONNECTION_UPGRADE = bytes("connection: Upgrade\r\n");

    /** Says that the body comes in chunks. */
    public static final byte[] CHUNKED = bytes("transfer-encoding: chunked\r\n");

    /** Says that there is no body. */
    public static final byte[] NO_LENGTH = bytes("content-length: 0\r\n");

    /** Answers an expectation. */
    public static final byte[] CONTINUE = bytes("HTTP/1.1 100 Continue\r\n\r\n");

    /** Ends a body in chunks, without trailers. */
    public static final byte[] LAST_CHUNK = bytes("0\r\n\r\n");

    /** Ends a body in chunks; trailers follow. */
    public static final byte[] LAST_CHUNK_WITH_TRAILERS = bytes("0\r\n");

    private Fragments() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
