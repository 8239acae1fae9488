package dev.waypoint.extproc.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC server with the settings that processors need: each stream on a virtual thread, so that sessions may block; messages of
 * up to 64 MiB, since grpc's 4 MiB are fewer than a buffered body may have; keep-alive pings of proxies welcome.
 */
public final class ProcessorServer implements AutoCloseable {

    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final int PING_SECONDS = 5;
    private static final int PATIENCE_SECONDS = 3;

    private final Server server;
    private final ExecutorService threads;

    private ProcessorServer(Server server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Serves, without TLS.
     *
     * @param address where to listen; port 0 for any that is free
     * @throws IOException if the address cannot be bound
     */
    public static ProcessorServer start(SocketAddress address, BindableService service) throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Server server = NettyServerBuilder.forAddress(address)
                .executor(threads)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .permitKeepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(service)
                .build();
        try {
            server.start();
        } catch (IOException e) {
            threads.shutdown();
            throw e;
        }
        return new ProcessorServer(server, threads);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** Waits until it is closed. */
    public void await() throws InterruptedException {
        server.awaitTermination();
    }

    /** Takes no new streams, lets running ones end for a moment, and breaks off what is left. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
    }
}
