package dev.waypoint.control.stream;

import dev.waypoint.control.stream.v1.ConfigStreamGrpc;
import dev.waypoint.control.stream.v1.FromController;
import dev.waypoint.control.stream.v1.FromProxy;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One connection with one stream. Token and authorities are read when it is opened, since both change. */
final class ControllerCall implements AutoCloseable {

    /** Why a stream ended in order. */
    static final String RENEWED = "the controller has ended the stream, so that another begins with a fresh token";

    private final ManagedChannel channel;
    private final StreamObserver<FromProxy> requests;

    /** Takes what happens, on the given thread. */
    interface Listener {
        void received(ControllerCall from, FromController message);

        /** The stream is over; nothing more comes. */
        void ended(ControllerCall from, String why);
    }

    private ControllerCall(ManagedChannel channel, Metadata headers, Listener listener) {
        this.channel = channel;
        this.requests = ConfigStreamGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .subscribe(new StreamObserver<>() {
                    @Override
                    public void onNext(FromController message) {
                        listener.received(ControllerCall.this, message);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        channel.shutdownNow();
                        listener.ended(ControllerCall.this, text(Status.fromThrowable(failure)));
                    }

                    @Override
                    public void onCompleted() {
                        channel.shutdownNow();
                        listener.ended(ControllerCall.this, RENEWED);
                    }
                });
    }

    /**
     * Opens a stream.
     *
     * @throws IOException if the token or the authorities cannot be read
     */
    static ControllerCall open(ConfigStreamClient.Settings settings, Executor executor, Listener listener)
            throws IOException {
        Metadata headers = new Metadata();
        headers.put(
                Authentication.AUTHORIZATION,
                Authentication.BEARER + token(settings.files().token()));
        ManagedChannel channel = NettyChannelBuilder.forAddress(settings.host(), settings.port())
                .sslContext(trust(settings))
                .executor(executor)
                .maxInboundMessageSize(Messages.MAX_BYTES)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(15, TimeUnit.SECONDS)
                .disableRetry()
                .build();
        return new ControllerCall(channel, headers, listener);
    }

    private static String token(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IOException("the token " + file + " cannot be read: " + e, e);
        }
    }

    private static SslContext trust(ConfigStreamClient.Settings settings) throws IOException {
        Path file = settings.files().authorities();
        try (InputStream authorities = Files.newInputStream(file)) {
            return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                    .trustManager(authorities)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("the authorities " + file + " cannot be read: " + e, e);
        }
    }

    private static String text(Status status) {
        StringBuilder text = new StringBuilder(status.getCode().toString());
        if (status.getDescription() != null) {
            text.append(": ").append(status.getDescription());
        }
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause != null) {
            text.append(" (").append(cause.getMessage()).append(')');
        }
        return text.toString();
    }

    void send(FromProxy message) {
        requests.onNext(message);
    }

    @Override
    public void close() {
        requests.onCompleted();
        channel.shutdown();
    }
}
