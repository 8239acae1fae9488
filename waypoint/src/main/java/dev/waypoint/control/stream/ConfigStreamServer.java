package dev.waypoint.control.stream;

import dev.waypoint.control.ConfigTargets;
import dev.waypoint.control.DataPlane;
import dev.waypoint.control.ProxyConfig;
import dev.waypoint.control.Replica;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's end of the streams: TLS, a token for each stream, and only its own configuration for each data plane. All state
 * of streams belongs to one thread.
 */
public final class ConfigStreamServer implements ConfigTargets, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigStreamServer.class);

    private final Settings settings;
    private final ControllerIdentity identity;
    private final StreamCounters counters = new StreamCounters();
    private final Map<DataPlane, PlaneStreams> planes = new ConcurrentHashMap<>();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("config-streams").factory());
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;
    private final int port;
    private volatile Consumer<DataPlane> listener = plane -> {};

    /**
     * How streams are served.
     *
     * @param address where; port 0 for any
     * @param maxAge how long a stream lasts before the proxy has to show a fresh token; the last tenth is drawn at random
     * @param patience how long a proxy waits for which nothing is published, before it is sent to look for another controller
     */
    public record Settings(InetSocketAddress address, Duration maxAge, Duration patience) {
        /** At a port of all addresses. */
        public static Settings at(int port) {
            return new Settings(new InetSocketAddress(port), Duration.ofMinutes(30), Duration.ofSeconds(3));
        }
    }

    private ConfigStreamServer(Settings settings, ControllerIdentity identity, TokenReviewer reviewer)
            throws IOException {
        this.settings = settings;
        this.identity = identity;
        server = NettyServerBuilder.forAddress(settings.address())
                .sslContext(tls(identity))
                .executor(calls)
                .intercept(new Authentication(reviewer))
                .addService(new StreamService(this::open))
                .maxInboundMessageSize(4 * 1024 * 1024)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(20, TimeUnit.SECONDS)
                .build()
                .start();
        port = server.getPort();
    }

    /**
     * Begins to serve.
     *
     * @throws IOException if the address cannot be bound
     */
    public static ConfigStreamServer start(Settings settings, ControllerIdentity identity, TokenReviewer reviewer)
            throws IOException {
        return new ConfigStreamServer(settings, identity, reviewer);
    }

    private static SslContext tls(ControllerIdentity identity) throws IOException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(identity.keys()), SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    /** The port that is served. */
    public int port() {
        return port;
    }

    /** What happened on the streams. */
    public StreamCounters counters() {
        return counters;
    }

    @Override
    public void publish(DataPlane plane, ProxyConfig config) {
        planes.computeIfAbsent(plane, PlaneStreams::new).want(config);
        onWorker(() -> {
            // It may have been forgotten and made again since.
            Optional.ofNullable(planes.get(plane)).ifPresent(PlaneStreams::publish);
            tell(plane);
        });
    }

    @Override
    public void withdraw(DataPlane plane) {
        onWorker(() -> {
            Optional.ofNullable(planes.get(plane)).ifPresent(PlaneStreams::withdraw);
            tell(plane);
        });
    }

    @Override
    public List<Replica> replicas(DataPlane plane) {
        return Optional.ofNullable(planes.get(plane))
                .map(PlaneStreams::replicas)
                .orElse(List.of());
    }

    @Override
    public void onChange(Consumer<DataPlane> listener) {
        this.listener = listener;
    }

    @Override
    public String authorities() {
        return identity.authorities();
    }

    @Override
    public void onAuthorities(Runnable listener) {
        identity.onAuthorities(listener);
    }

    private void onWorker(Runnable work) {
        try {
            worker.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException bug) {
                    LOG.error("a stream of configuration failed; this is a bug", bug);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("closed meanwhile");
        }
    }

    // ---- streams

    /** A proxy has a stream; what comes on it is told on the worker. */
    private void open(StreamService.Call call) {
        call.start(this::onWorker, new StreamService.Events() {
            @Override
            public ProxySession begin(DataPlane plane, String pod) {
                return ConfigStreamServer.this.begin(call, plane, pod);
            }

            @Override
            public void changed(DataPlane plane) {
                tell(plane);
            }

            @Override
            public void ended(DataPlane plane, ProxySession session) {
                Optional.ofNullable(planes.get(plane)).ifPresent(streams -> streams.remove(session));
                LOG.info("proxy {} of {} is gone", session.replica().pod(), plane);
                tell(plane);
            }
        });
    }

    private ProxySession begin(StreamService.Call call, DataPlane plane, String pod) {
        PlaneStreams streams = planes.computeIfAbsent(plane, PlaneStreams::new);
        ProxySession session = new ProxySession(pod, call.out(), streams::known, counters);
        streams.add(session);
        LOG.info("proxy {} of {} is connected", pod, plane);
        long age = settings.maxAge().toMillis();
        long jittered = age - (long) (Math.random() * age / 10);
        later(jittered, session::end);
        later(settings.patience().toMillis(), () -> {
            if (!session.isServed()) {
                session.close(Status.UNAVAILABLE.withDescription(
                        "this controller has no configuration for " + plane + " now: another may have it"));
            }
        });
        return session;
    }

    private void later(long millis, Runnable work) {
        worker.schedule(() -> onWorker(work), millis, TimeUnit.MILLISECONDS);
    }

    private void tell(DataPlane plane) {
        PlaneStreams streams = planes.get(plane);
        if (streams == null) {
            return;
        }
        if (streams.update()) {
            listener.accept(plane);
        }
        if (streams.isUnused()) {
            planes.computeIfPresent(plane, (key, one) -> one.isUnused() ? null : one);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
        calls.shutdown();
    }
}
