package dev.waypoint.extproc.processor;

import com.google.protobuf.ByteString;
import java.util.OptionalInt;

/**
 * An answer in place of the message ({@code immediate_response}). A request does not reach the upstream; a response whose headers
 * are not yet on their way to the client is replaced; else the exchange is reset.
 *
 * @param status the HTTP status, 200 to 599
 * @param headers changes of the headers of the reply that the proxy makes
 * @param body the body; {@code text/plain} unless the changes say otherwise
 * @param grpcStatus the {@code grpc-status} for gRPC calls, where it should not be derived from the status
 * @param details a token for the proxy's log
 */
public record ImmediateAnswer(
        int status, HeaderChanges headers, ByteString body, OptionalInt grpcStatus, String details)
        implements HeadersAnswer, BodyAnswer, TrailersAnswer {

    public ImmediateAnswer {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status is " + status + ", expected 200 to 599");
        }
    }

    /** A reply with plain text. */
    public static ImmediateAnswer of(int status, String text) {
        return new ImmediateAnswer(
                status, HeaderChanges.none(), ByteString.copyFromUtf8(text), OptionalInt.empty(), "");
    }

    /** A reply with JSON. */
    public static ImmediateAnswer json(int status, String json) {
        return of(status, json).with(HeaderChanges.none().set("content-type", "application/json"));
    }

    /** The same with other changes of the headers. */
    public ImmediateAnswer with(HeaderChanges value) {
        return new ImmediateAnswer(status, value, body, grpcStatus, details);
    }

    /** The same with a token for the proxy's log. */
    public ImmediateAnswer because(String token) {
        return new ImmediateAnswer(status, headers, body, grpcStatus, token);
    }
}
