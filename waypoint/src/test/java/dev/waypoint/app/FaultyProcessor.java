package dev.waypoint.app;

import com.google.protobuf.ByteString;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.HeaderMutation;
import dev.waypoint.extproc.v3.HeaderValue;
import dev.waypoint.extproc.v3.HeaderValueOption;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A processor that marks what passes, or misbehaves as it is told. It copies {@code x-id} to {@code x-processed}, adds a {@code +}
 * to request bodies and {@code x-done} to responses.
 */
final class FaultyProcessor implements AutoCloseable {

    /** What it does with messages. */
    enum Mood {
        GOOD,
        SILENT,
        SLOW,
        GARBAGE,
        ERROR_IN_THE_BODY
    }

    private static final byte[] GARBAGE = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3};
    private static final int SLOW_MILLIS = 20;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger streams = new AtomicInteger();
    private final int port;
    private final boolean shortLived;
    private volatile Mood mood = Mood.GOOD;
    private Server server;

    /** @param shortLived whether each connection is ended, by GOAWAY, after a second */
    FaultyProcessor(boolean shortLived) {
        this.port = LiveProxy.freePort();
        this.shortLived = shortLived;
        this.server = listen();
    }

    private Server listen() {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(ExternalProcessorGrpc.getProcessMethod().getFullMethodName())
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .addService(ServerServiceDefinition.builder(ExternalProcessorGrpc.SERVICE_NAME)
                        .addMethod(method, this::open)
                        .build());
        if (shortLived) {
            // A second is the least that grpc allows.
            builder.maxConnectionAge(1, TimeUnit.SECONDS).maxConnectionAgeGrace(5, TimeUnit.SECONDS);
        }
        try {
            return builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** The streams that are open now. */
    int streams() {
        return streams.get();
    }

    void mood(Mood value) {
        mood = value;
    }

    /** Ends as a killed process does: connections are cut, and nobody listens. */
    void kill() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Listens again. */
    void start() {
        mood = Mood.GOOD;
        server = listen();
    }

    private ServerCall.Listener<byte[]> open(ServerCall<byte[], byte[]> call, Metadata headers) {
        streams.incrementAndGet();
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
            private boolean closed;

            @Override
            public void onMessage(byte[] message) {
                if (!closed && !call.isCancelled()) {
                    call.request(1);
                    closed = answer(call, message);
                }
            }

            @Override
            public void onHalfClose() {
                if (!closed && !call.isCancelled()) {
                    call.close(Status.OK, new Metadata());
                }
            }

            @Override
            public void onCancel() {
                streams.decrementAndGet();
            }

            @Override
            public void onComplete() {
                streams.decrementAndGet();
            }
        };
    }

    /** Whether that was the end of the stream. */
    private boolean answer(ServerCall<byte[], byte[]> call, byte[] bytes) {
        ProcessingRequest message;
        try {
            message = ProcessingRequest.parseFrom(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        switch (mood) {
            case GOOD -> call.sendMessage(reply(message).toByteArray());
            case SILENT -> {}
            case SLOW -> later.schedule(() -> sendLate(call, reply(message)), SLOW_MILLIS, TimeUnit.MILLISECONDS);
            case GARBAGE -> call.sendMessage(GARBAGE);
            case ERROR_IN_THE_BODY -> {
                if (message.hasRequestBody()) {
                    call.close(Status.INTERNAL.withDescription("in the middle"), new Metadata());
                    return true;
                } else {
                    call.sendMessage(reply(message).toByteArray());
                }
            }
        }
        return false;
    }

    /** A call must not be used by two threads, but nothing else uses it while the proxy waits for this reply. */
    private static void sendLate(ServerCall<byte[], byte[]> call, ProcessingResponse reply) {
        if (!call.isCancelled()) {
            call.sendMessage(reply.toByteArray());
        }
    }

    private static ProcessingResponse reply(ProcessingRequest message) {
        ProcessingResponse.Builder reply = ProcessingResponse.newBuilder();
        if (message.hasRequestHeaders()) {
            String id = message.getRequestHeaders().getHeaders().getHeadersList().stream()
                    .filter(header -> header.getKey().equals("x-id"))
                    .map(header -> header.getRawValue().toStringUtf8())
                    .findFirst()
                    .orElse("");
            reply.setRequestHeaders(HeadersResponse.newBuilder().setResponse(set("x-processed", id)));
        } else if (message.hasResponseHeaders()) {
            reply.setResponseHeaders(HeadersResponse.newBuilder().setResponse(set("x-done", "yes")));
        } else {
            ByteString body = message.getRequestBody().getBody();
            boolean end = message.getRequestBody().getEndOfStream();
            reply.setRequestBody(BodyResponse.newBuilder()
                    .setResponse(CommonResponse.newBuilder()
                            .setBodyMutation(BodyMutation.newBuilder()
                                    .setBody(end ? body.concat(ByteString.copyFromUtf8("+")) : body))));
        }
        return reply.build();
    }

    private static CommonResponse set(String name, String value) {
        return CommonResponse.newBuilder()
                .setHeaderMutation(HeaderMutation.newBuilder()
                        .addSetHeaders(HeaderValueOption.newBuilder()
                                .setHeader(HeaderValue.newBuilder()
                                        .setKey(name)
                                        .setRawValue(ByteString.copyFromUtf8(value)))))
                .build();
    }

    /** Messages as bytes, so that garbage can be sent. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        kill();
        later.shutdownNow();
    }
}
