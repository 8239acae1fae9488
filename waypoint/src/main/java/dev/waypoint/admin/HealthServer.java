package dev.waypoint.admin;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What a cluster asks a pod: {@code /healthz/ready} and {@code /healthz/live} at one port, {@code /stats/prometheus} at another.
 * Nothing else is served there, so both may be open to the pod's network.
 */
public final class HealthServer implements AutoCloseable {

    private final Server server;

    private HealthServer(Server server) {
        this.server = server;
    }

    /**
     * What is served.
     *
     * @param unready why no traffic is welcome; empty if it is
     * @param metrics as Prometheus reads them
     */
    public record View(Supplier<Optional<String>> unready, Supplier<String> metrics) {}

    /**
     * Starts to serve at all addresses.
     *
     * @param healthPort 0 for any
     * @param metricsPort 0 for any
     * @throws IllegalStateException if a port is taken
     */
    public static HealthServer start(View view, int healthPort, int metricsPort) {
        HttpService ready = (context, request) -> view.unready()
                .get()
                .map(why -> Page.text(HttpStatus.SERVICE_UNAVAILABLE, "not ready: " + why + "\n"))
                .orElseGet(() -> Page.text(HttpStatus.OK, "ready\n"));
        HttpService metrics = (context, request) -> HttpResponse.of(
                () -> HttpResponse.of(
                        HttpStatus.OK,
                        MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
                        view.metrics().get()),
                context.blockingTaskExecutor());
        Server server = Server.builder()
                .http(new InetSocketAddress(healthPort))
                .http(new InetSocketAddress(metricsPort))
                .workerGroup(EventLoopGroups.newEventLoopGroup(1, "health", true), true)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
                .service("/healthz/live", (context, request) -> Page.text(HttpStatus.OK, "live\n"))
                .service("/healthz/ready", ready)
                .service("/stats/prometheus", metrics)
                .build();
        try {
            server.start().join();
            return new HealthServer(server);
        } catch (CompletionException e) {
            Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
            throw new IllegalStateException(
                    "health cannot be served at ports " + healthPort + " and " + metricsPort + ": "
                            + cause.getMessage(),
                    cause);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
