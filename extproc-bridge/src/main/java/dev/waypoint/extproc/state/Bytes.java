package dev.waypoint.extproc.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.BodyMutation;
import java.util.Collection;

/** Body bytes between the two worlds. */
final class Bytes {

    private Bytes() {}

    /** A copy for a message; nobody changes the array of an unpooled piece, so that one is taken as it is. */
    static ByteString of(HttpData data) {
        return data.isEmpty() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(data.array());
    }

    static HttpData of(ByteString bytes) {
        return bytes.isEmpty() ? HttpData.empty() : HttpData.wrap(bytes.toByteArray());
    }

    /** One piece of several, which are closed. */
    static HttpData join(Collection<HttpData> pieces) {
        int length = 0;
        for (HttpData piece : pieces) {
            length += piece.length();
        }
        byte[] all = new byte[length];
        int at = 0;
        for (HttpData piece : pieces) {
            byte[] part = piece.array();
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
            piece.close();
        }
        return all.length == 0 ? HttpData.empty() : HttpData.wrap(all);
    }

    /** The data, or what a plain mutation has in its place; then the data is closed. */
    static HttpData mutated(HttpData data, BodyMutation mutation) {
        return switch (mutation.getMutationCase()) {
            case BODY -> {
                data.close();
                yield of(mutation.getBody());
            }
            case CLEAR_BODY -> {
                if (!mutation.getClearBody()) {
                    yield data;
                }
                data.close();
                yield HttpData.empty();
            }
            case STREAMED_RESPONSE, MUTATION_NOT_SET -> data;
        };
    }
}
