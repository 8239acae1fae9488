package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import java.util.OptionalInt;

/**
 * A response made by the proxy.
 *
 * @param status the HTTP status; a gRPC call gets HTTP 200 and a {@code grpc-status} instead, made from it unless given
 * @param headers further headers; {@code content-length} is set by the engine
 * @param body the body, possibly empty, any bytes; a gRPC call gets it as {@code grpc-message}
 * @param cause why
 * @param detail what exactly, a short token without spaces for the access log, such as {@code fault_filter_abort}
 * @param grpcStatus the {@code grpc-status} for gRPC calls, where it should not be derived from the HTTP status
 */
public record LocalReply(
        int status, HttpHeaders headers, HttpData body, ReplyCause cause, String detail, OptionalInt grpcStatus) {

    public LocalReply {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is " + status + ", expected 200 to 599");
        }
    }

    /** A reply with text for its body. */
    public LocalReply(
            int status, HttpHeaders headers, String body, ReplyCause cause, String detail, OptionalInt grpcStatus) {
        this(status, headers, HttpData.ofUtf8(body), cause, detail, grpcStatus);
    }

    /** A reply without body or further headers. */
    public static LocalReply of(int status, ReplyCause cause, String detail) {
        return new LocalReply(status, HttpHeaders.of(), HttpData.empty(), cause, detail, OptionalInt.empty());
    }

    /** A reply with a plain text body. */
    public static LocalReply of(int status, String body, ReplyCause cause, String detail) {
        return new LocalReply(status, HttpHeaders.of(), body, cause, detail, OptionalInt.empty());
    }

    /** The same with other headers. */
    public LocalReply withHeaders(HttpHeaders value) {
        return new LocalReply(status, value, body, cause, detail, grpcStatus);
    }

    /** The body's bytes. */
    public byte[] bodyBytes() {
        return body.array();
    }

    /** The body as text. */
    public String bodyText() {
        return body.toStringUtf8();
    }
}
