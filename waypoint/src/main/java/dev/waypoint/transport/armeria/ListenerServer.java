package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.RequestId;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.RequestReceiver;
import dev.waypoint.transport.ListenerSocket;
import dev.waypoint.transport.tls.ListenerTls;
import dev.waypoint.transport.tls.SniStart;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * One listening socket: an Armeria server of its own, so that sockets come and go while the others serve. Armeria is told that all is cleartext
 * HTTP; PROXY protocol and TLS are handlers of ours before it, whose certificates change between two handshakes.
 */
final class ListenerServer {

    private static final RequestId NO_ID = RequestId.of(0);
    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int CONNECTION_WINDOW = 16 * 1024 * 1024;

    /** Resets of one connection within the window before it is ended; each costs a request upstream (CVE-2023-44487). */
    private static final int MAX_RESETS = 1000;

    private static final int RESET_WINDOW_SECONDS = 10;

    /** How long a client of HTTP/2 has to take notice of GOAWAY before streams that it opens are refused. */
    private static final int GOAWAY_NOTICE_MICROS = 100_000;

    private final Server server;
    private final Set<DownstreamConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile ListenerSettingsIr settings;
    private volatile RequestReceiver receiver;
    private volatile Optional<ListenerTls> tls;
    private final List<AcceptorGroup> acceptors = new CopyOnWriteArrayList<>();
    private volatile boolean draining;

    private ListenerServer(ListenerSocket socket, EventLoopGroup loops) {
        settings = socket.settings();
        receiver = socket.receiver();
        tls = tlsOf(socket, Optional.empty());
        ServerBuilder builder = Server.builder()
                .port(new ServerPort(new InetSocketAddress(socket.address(), socket.port()), SessionProtocol.HTTP))
                .workerGroup(loops, false)
                .bossGroupFactory(name -> {
                    AcceptorGroup group = new AcceptorGroup("waypoint-accept-" + socket.bindKey(), loops);
                    acceptors.add(group);
                    return group;
                });
        configure(builder);
        server = builder.build();
    }

    /**
     * Opens a socket.
     *
     * @throws IllegalArgumentException if the address or a certificate cannot be used
     */
    static ListenerServer open(ListenerSocket socket, EventLoopGroup loops) {
        ListenerServer listener = new ListenerServer(socket, loops);
        try {
            listener.server.start().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalArgumentException(
                    "cannot listen on " + socket.bindKey() + ": " + cause.getMessage(), cause);
        }
        return listener;
    }

    /**
     * Takes new values over, for new connections and requests.
     *
     * @throws IllegalArgumentException if a certificate cannot be used; all stays as it was then
     */
    void update(ListenerSocket socket) {
        tls = tlsOf(socket, tls);
        receiver = socket.receiver();
        if (!settings.equals(socket.settings())) {
            settings = socket.settings();
            server.reconfigure(this::configure);
        }
    }

    private static Optional<ListenerTls> tlsOf(ListenerSocket socket, Optional<ListenerTls> before) {
        return socket.tls().isEmpty() ? Optional.empty() : Optional.of(ListenerTls.of(socket.tls(), before));
    }

    private void configure(ServerBuilder builder) {
        int head = settings.maxHeaderBytes();
        int window = settings.http().streamWindow();
        builder.serviceUnder("/", new ExchangeService())
                .requestIdGenerator(context -> NO_ID)
                .http1MaxInitialLineLength(head)
                .http1MaxHeaderSize(head)
                .http1MaxChunkSize(STREAM_WINDOW)
                .http2MaxHeaderListSize(head)
                .http2MaxStreamsPerConnection(settings.maxStreams())
                .http2InitialStreamWindowSize(window > 0 ? window : STREAM_WINDOW)
                .http2InitialConnectionWindowSize(Math.max(window, CONNECTION_WINDOW))
                .http2MaxResetFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .idleTimeoutMillis(0)
                .requestTimeoutMillis(0)
                .maxRequestLength(0)
                .disableServerHeader()
                .disableDateHeader()
                .gracefulShutdownTimeoutMillis(0, 0)
                .connectionDrainDurationMicros(GOAWAY_NOTICE_MICROS)
                .unloggedExceptionsReportIntervalMillis(0)
                .meterRegistry(new CompositeMeterRegistry())
                .childChannelOption(ChannelOption.TCP_NODELAY, true)
                .childChannelPipelineCustomizer(this::begin);
    }

    /** Puts our handlers before Armeria's on a new connection. */
    private void begin(ChannelPipeline pipeline) {
        DownstreamConnection connection = new DownstreamConnection(pipeline.channel(), this);
        connections.add(connection);
        pipeline.addFirst(new WriteAhead(), new ConnectionGuard(connection));
        if (tls.isPresent()) {
            ListenerTls first = tls.get();
            pipeline.addFirst(new SniStart(() -> tls.orElse(first), settings.headerTimeout()));
        }
        if (settings.proxyProtocol()) {
            pipeline.addFirst(new HAProxyMessageDecoder(), new ProxyProtocol(connection));
        }
        if (draining) {
            connection.drain();
        }
    }

    /** A connection ended. */
    void closed(DownstreamConnection connection) {
        connections.remove(connection);
    }

    ListenerSettingsIr settings() {
        return settings;
    }

    RequestReceiver receiver() {
        return receiver;
    }

    int port() {
        return server.activeLocalPort();
    }

    int connections() {
        return connections.size();
    }

    /** Asks the clients to come back elsewhere. */
    void leave() {
        for (DownstreamConnection connection : connections) {
            connection.channel().eventLoop().execute(connection::closeAfter);
        }
    }

    /** Accepts no more, and asks the clients to leave. */
    void drain() {
        draining = true;
        for (AcceptorGroup acceptor : acceptors) {
            acceptor.socket().ifPresent(channel -> channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS));
        }
        for (DownstreamConnection connection : connections) {
            connection.channel().eventLoop().execute(connection::drain);
        }
        if (connections.isEmpty()) {
            close();
        }
    }

    /** Ends the socket and all its connections at once. */
    CompletableFuture<Void> close() {
        for (DownstreamConnection connection : connections) {
            // The handlers of HTTP/2 would wait for the streams; deregistered bytes are lost as they should be.
            connection
                    .channel()
                    .eventLoop()
                    .execute(() -> connection
                            .channel()
                            .unsafe()
                            .close(connection.channel().voidPromise()));
        }
        return server.stop();
    }
}
