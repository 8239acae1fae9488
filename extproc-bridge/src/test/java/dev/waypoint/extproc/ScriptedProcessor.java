package dev.waypoint.extproc;

import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A processor on a real socket that does what a test says. */
final class ScriptedProcessor extends ExternalProcessorGrpc.ExternalProcessorImplBase implements AutoCloseable {

    private final BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script;
    private final Server server;
    final List<ProcessingRequest> received = new CopyOnWriteArrayList<>();
    /** The streams, in the order in which they came. */
    final List<StreamObserver<ProcessingResponse>> streams = new CopyOnWriteArrayList<>();

    /** Whether streams stay open when the proxy has nothing more to say. */
    volatile boolean lingers;

    final List<String> ends = new CopyOnWriteArrayList<>();

    ScriptedProcessor(BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script) {
        this(0, script);
    }

    ScriptedProcessor(int port, BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script) {
        this(port, script, builder -> {});
    }

    ScriptedProcessor(
            int port,
            BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> script,
            Consumer<NettyServerBuilder> settings) {
        this.script = script;
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .directExecutor()
                .maxInboundMessageSize(64 << 20)
                .addService(this);
        settings.accept(builder);
        this.server = builder.build();
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
        streams.add(replies);
        return new StreamObserver<>() {
            @Override
            public void onNext(ProcessingRequest message) {
                received.add(message);
                script.accept(message, replies);
            }

            @Override
            public void onError(Throwable failure) {
                ends.add("cancelled");
            }

            @Override
            public void onCompleted() {
                ends.add("half-closed");
                if (!lingers) {
                    replies.onCompleted();
                }
            }
        };
    }

    /** Says something on the newest stream, unasked. */
    void say(ProcessingResponse message) {
        streams.getLast().onNext(message);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
