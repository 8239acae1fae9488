package dev.waypoint.admin;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** What the cluster asks a pod: health on one port, metrics on another. Nothing here shows configuration or changes anything. */
public final class ProbeServer implements AutoCloseable {

    private static final MediaType PROMETHEUS = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1, "probes", true);
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("probe-worker").factory());
    private final Server health;
    private final Server metrics;

    private ProbeServer(ProbeView view, InetSocketAddress healthAt, InetSocketAddress metricsAt) {
        health = at(healthAt)
                .service("/healthz/live", (context, request) -> Page.text(HttpStatus.OK, "live\n"))
                .service("/healthz/ready", (context, request) -> ready(view))
                .build();
        HttpService scrape = (context, request) -> HttpResponse.of(
                () -> HttpResponse.of(HttpStatus.OK, PROMETHEUS, view.metrics()), context.blockingTaskExecutor());
        metrics = at(metricsAt).service("/stats/prometheus", scrape).build();
    }

    private ServerBuilder at(InetSocketAddress address) {
        return Server.builder()
                .http(address)
                .workerGroup(loops, false)
                .blockingTaskExecutor(worker, false)
                // Two servers with meters of the same names would be warned of.
                .meterRegistry(NoopMeterRegistry.get())
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                .requestTimeout(Duration.ofSeconds(30))
                .maxRequestLength(64 * 1024);
    }

    private static HttpResponse ready(ProbeView view) {
        return view.unready()
                .map(why -> Page.text(HttpStatus.SERVICE_UNAVAILABLE, "not ready: " + why + "\n"))
                .orElseGet(() -> Page.text(HttpStatus.OK, "ready\n"));
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException if an address cannot be bound
     */
    public static ProbeServer start(ProbeView view, InetSocketAddress health, InetSocketAddress metrics) {
        ProbeServer probes = new ProbeServer(view, health, metrics);
        try {
            probes.health.start().join();
            probes.metrics.start().join();
            return probes;
        } catch (CompletionException e) {
            probes.close();
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IllegalStateException(
                    "health and metrics cannot be served at ports " + health.getPort() + " and " + metrics.getPort()
                            + ": " + cause.getMessage(),
                    cause);
        }
    }

    /** The port of health. */
    public int healthPort() {
        return health.activeLocalPort();
    }

    /** The port of metrics. */
    public int metricsPort() {
        return metrics.activeLocalPort();
    }

    @Override
    public void close() {
        health.stop();
        metrics.stop();
        worker.shutdownNow();
        loops.shutdownGracefully();
    }
}
