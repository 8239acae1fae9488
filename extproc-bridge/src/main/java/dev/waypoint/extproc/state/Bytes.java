package dev.waypoint.extproc.state;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.BodyMutation;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/** Body bytes between the two worlds, without making arrays. */
final class Bytes {

    /** As much as is read from a connection at once. */
    private static final int LENT_BYTES = 64 * 1024;

    private static final FastThreadLocal<byte[]> LENT = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[LENT_BYTES];
        }
    };

    private Bytes() {}

    /** The bytes of data for a message, lent: in memory that the next call on this thread uses again. */
    static ByteString lend(HttpData data) {
        return data.isPooled() ? lend(data.length(), List.of(data)) : UnsafeByteOperations.unsafeWrap(data.array());
    }

    /** The bytes of several pieces together, lent in the same way. */
    static ByteString lend(long length, Collection<HttpData> pieces) {
        int size = Math.toIntExact(length);
        byte[] lent = size <= LENT_BYTES ? LENT.get() : new byte[size];
        int at = 0;
        for (HttpData piece : pieces) {
            ByteBuf bytes = piece.byteBuf();
            bytes.getBytes(bytes.readerIndex(), lent, at, piece.length());
            at += piece.length();
        }
        return UnsafeByteOperations.unsafeWrap(lent, 0, size);
    }

    /** The bytes of a message, which nobody changes, as data. */
    static HttpData of(ByteString bytes) {
        if (bytes.isEmpty()) {
            return HttpData.empty();
        }
        Shared shared = new Shared();
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, shared);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
        return shared.data.length() == bytes.size() ? shared.data : HttpData.wrap(bytes.toByteArray());
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

    /** Learns the array behind bytes, if there is one that holds them all. */
    private static final class Shared extends ByteOutput {
        private HttpData data = HttpData.empty();

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            data = HttpData.wrap(value, offset, length);
        }

        @Override
        public void write(byte value) {}

        @Override
        public void write(byte[] value, int offset, int length) {}

        @Override
        public void write(ByteBuffer value) {}

        @Override
        public void writeLazy(ByteBuffer value) {}
    }
}
