package dev.waypoint.extproc.server;

import dev.waypoint.extproc.ExtProcFilterFactory;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A service on a real socket, and the proxy's filter that calls it. */
final class ServedRig implements AutoCloseable {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ProcessorServer server;

    ServedRig(BindableService service) {
        try {
            server = ProcessorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The proxy's side, with modes such as {@code {request: {body: 'Streamed'}}}. */
    FilterHarness proxy(String modes) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", server.port())));
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {backendRef: {name: 'processor', port: 9000}}, failure: {messageTimeout: '5s'},"
                        + " permissions: {modeOverride: true}, sharing: {writable: {untyped: ['seen']}},"
                        + " processing: {modes: " + modes + "}}",
                environment);
    }

    static void await(FilterHarness harness, BooleanSupplier happened) {
        harness.await(happened, LIMIT);
    }

    /** Waits until the request went on completely, or was answered. */
    static DrivenExchange awaitRequest(FilterHarness harness, DrivenExchange exchange) {
        await(harness, () -> exchange.toUpstream().isEnded() || exchange.reply().isPresent());
        return exchange;
    }

    static DrivenExchange awaitResponse(FilterHarness harness, DrivenExchange exchange) {
        await(harness, () -> exchange.toClient().isEnded() || exchange.reply().isPresent());
        return exchange;
    }

    @Override
    public void close() {
        server.close();
    }
}
