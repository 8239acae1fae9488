package dev.waypoint.extproc.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The method {@code Process} with messages that cost little: one is written through memory that its thread keeps, and the body of
 * one that came stays in the array it was read into.
 */
final class ProcessMethod {

    static final MethodDescriptor<ProcessingRequest, ProcessingResponse> DESCRIPTOR = withSharedMemory();

    /** Room for heads and small bodies. */
    private static final int SCRATCH_BYTES = 8 * 1024;

    /** Room for what is around a large body, which is written as it is. */
    private static final int SMALL_BYTES = 256;

    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SCRATCH_BYTES];
        }
    };

    private ProcessMethod() {}

    private static MethodDescriptor<ProcessingRequest, ProcessingResponse> withSharedMemory() {
        var plain = ExternalProcessorGrpc.getProcessMethod();
        return plain.toBuilder(new Requests(plain.getRequestMarshaller()), new Responses(plain.getResponseMarshaller()))
                .build();
    }

    private record Requests(Marshaller<ProcessingRequest> plain) implements Marshaller<ProcessingRequest> {
        @Override
        public InputStream stream(ProcessingRequest message) {
            return new Written(plain.stream(message), message);
        }

        @Override
        public ProcessingRequest parse(InputStream stream) {
            return plain.parse(stream);
        }
    }

    /** A message on its way out. gRPC drains it at once where the stream is ready. */
    private static final class Written extends FilterInputStream implements Drainable, KnownLength {
        private final ProcessingRequest message;

        Written(InputStream plain, ProcessingRequest message) {
            super(plain);
            this.message = message;
        }

        @Override
        public int drainTo(OutputStream out) throws IOException {
            int length = message.getSerializedSize();
            if (length <= SCRATCH_BYTES) {
                byte[] bytes = SCRATCH.get();
                message.writeTo(CodedOutputStream.newInstance(bytes, 0, length));
                out.write(bytes, 0, length);
            } else {
                CodedOutputStream coded = CodedOutputStream.newInstance(out, SMALL_BYTES);
                message.writeTo(coded);
                coded.flush();
            }
            return length;
        }
    }

    private record Responses(Marshaller<ProcessingResponse> plain) implements Marshaller<ProcessingResponse> {
        @Override
        public InputStream stream(ProcessingResponse message) {
            return plain.stream(message);
        }

        @Override
        public ProcessingResponse parse(InputStream stream) {
            try {
                CodedInputStream message =
                        UnsafeByteOperations.unsafeWrap(read(stream)).newCodedInput();
                message.enableAliasing(true);
                ProcessingResponse parsed = ProcessingResponse.parseFrom(message);
                message.checkLastTagWas(0);
                return parsed;
            } catch (InvalidProtocolBufferException e) {
                throw Status.INTERNAL
                        .withDescription("Invalid protobuf byte sequence")
                        .withCause(e)
                        .asRuntimeException();
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("A message could not be read")
                        .withCause(e)
                        .asRuntimeException();
            }
        }

        /** All of a message; gRPC says how long it is. */
        private static byte[] read(InputStream stream) throws IOException {
            byte[] bytes = new byte[stream.available()];
            int at = stream.readNBytes(bytes, 0, bytes.length);
            if (at < bytes.length || stream.read() >= 0) {
                throw new IOException("the message has not the length it was said to have: " + bytes.length);
            }
            return bytes;
        }
    }
}
