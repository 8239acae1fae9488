package dev.waypoint.extproc;

import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A filter in front of processors on real sockets, for tests of what is seen of their exchanges. */
final class ProcessorKit {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    static final Duration LIMIT = Duration.ofSeconds(5);

    /** A processor that agrees to everything. */
    static final BiConsumer<ProcessingRequest, StreamObserver<ProcessingResponse>> AGREE =
            (message, replies) -> replies.onNext(agree(message));

    final FakeEnvironment environment = new FakeEnvironment();

    /** The answer that changes nothing. */
    static ProcessingResponse agree(ProcessingRequest message) {
        return switch (message.getRequestCase()) {
            case REQUEST_HEADERS ->
                ProcessingResponse.newBuilder()
                        .setRequestHeaders(HeadersResponse.getDefaultInstance())
                        .build();
            case RESPONSE_HEADERS ->
                ProcessingResponse.newBuilder()
                        .setResponseHeaders(HeadersResponse.getDefaultInstance())
                        .build();
            case REQUEST_BODY ->
                ProcessingResponse.newBuilder()
                        .setRequestBody(BodyResponse.getDefaultInstance())
                        .build();
            case RESPONSE_BODY, REQUEST_TRAILERS, RESPONSE_TRAILERS, REQUEST_NOT_SET ->
                ProcessingResponse.getDefaultInstance();
        };
    }

    /** A filter that calls the processor at a port; the configuration goes on behind its provider. */
    FilterHarness harness(int port, String name, String rest) {
        environment.withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", port)));
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {name: '" + name + "', backendRef: {name: 'processor', port: 9000}}" + rest + "}",
                environment);
    }

    /** Sends a request without a body until it goes on or is answered. */
    static DrivenExchange pass(FilterHarness harness, String... headers) {
        DrivenExchange exchange = harness.exchange("GET", "/p", headers);
        exchange.sendHead(true);
        harness.await(
                () -> exchange.toUpstream().head().isPresent()
                        || exchange.reply().isPresent(),
                LIMIT);
        return exchange;
    }

    /** Answers it, and ends the exchange. */
    static void complete(FilterHarness harness, DrivenExchange exchange) {
        exchange.respondHead(200, true);
        harness.await(() -> exchange.toClient().head().isPresent(), LIMIT);
        exchange.end();
        harness.loop().run();
    }
}
