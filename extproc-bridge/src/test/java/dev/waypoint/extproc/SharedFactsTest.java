package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What proxy and processor tell each other besides the message, and streams that outlive their exchange. */
class SharedFactsTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static FilterHarness harness(ScriptedProcessor processor, String rest) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {backendRef: {name: 'processor', port: 9000}}, failure: {messageTimeout: '5s', deferredClose: '3s'}"
                        + rest + "}",
                environment);
    }

    private static ProcessingResponse.Builder goOn() {
        return ProcessingResponse.newBuilder().setRequestHeaders(HeadersResponse.getDefaultInstance());
    }

    private static Value struct(String name, double value) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder()
                        .putFields(
                                name, Value.newBuilder().setNumberValue(value).build()))
                .build();
    }

    @Test
    void metadataGoesBothWaysInTheirNamespacesOnly() {
        Any fact = Any.pack(Value.newBuilder().setStringValue("typed").build());
        try (var processor =
                new ScriptedProcessor((message, replies) -> replies.onNext(goOn().setDynamicMetadata(Struct.newBuilder()
                                .putFields("out", struct("new", 2))
                                .putFields(
                                        "plain",
                                        Value.newBuilder().setNumberValue(1).build())
                                .putFields("secret", struct("x", 3)))
                        .putTypedDynamicMetadata("types", fact)
                        .putTypedDynamicMetadata("other", fact)
                        .build()))) {
            FilterHarness harness = harness(
                    processor,
                    ", processing: {modes: {response: {headers: 'Skip'}}}, sharing: {metadata: {team: 'shop'},"
                            + " readable: {untyped: ['in', 'absent']}, writable: {untyped: ['out', 'plain'], typed: ['types']}}");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.metadata().put("in", JsonNodeFactory.instance.objectNode().put("a", 1));
            exchange.metadata()
                    .put("hidden", JsonNodeFactory.instance.objectNode().put("b", 1));
            exchange.metadata().put("out", JsonNodeFactory.instance.objectNode().put("old", 1));
            exchange.sendHead(true);
            harness.await(() -> exchange.toUpstream().head().isPresent(), LIMIT);

            Map<String, Struct> shown =
                    processor.received.getFirst().getMetadataContext().getFilterMetadataMap();
            assertThat(shown.keySet()).containsExactlyInAnyOrder("in", "waypoint.dev/ext-proc");
            assertThat(String.valueOf(exchange.metadata().get("out"))).isEqualTo("{\"old\":1,\"new\":2.0}");
            assertThat(String.valueOf(exchange.metadata().get("plain")))
                    .as("a value that is no object")
                    .isEqualTo("{}");
            assertThat(exchange.metadata()).doesNotContainKeys("secret", "types");
            assertThat(exchange.get(Messages.TYPED_METADATA).orElseThrow()).containsOnlyKeys("types");
            assertThat(harness.environment().counted("fault_metadata_refused")).isEqualTo(2);
            exchange.end();
        }
    }

    @Test
    void attributesGoWithTheFirstMessageOfTheirDirectionOnly() {
        try (var processor = new ScriptedProcessor((message, replies) -> replies.onNext(
                message.hasRequestHeaders()
                        ? goOn().build()
                        : ProcessingResponse.newBuilder()
                                .setResponseHeaders(HeadersResponse.getDefaultInstance())
                                .build()))) {
            FilterHarness harness = harness(processor, ", sharing: {requestAttributes: {p: 'request.path'}}");
            DrivenExchange exchange = harness.exchange("GET", "/p");
            exchange.sendHead(true);
            harness.await(() -> exchange.toUpstream().head().isPresent(), LIMIT);
            exchange.respondHead(200, true);
            harness.await(() -> exchange.toClient().head().isPresent(), LIMIT);
            assertThat(processor.received)
                    .extracting(ProcessingRequest::getAttributesCount)
                    .containsExactly(1, 0);
            assertThat(processor.received)
                    .extracting(ProcessingRequest::hasProtocolConfig)
                    .containsExactly(true, false);
            exchange.end();
        }
    }

    private static boolean isCancelled(ScriptedProcessor processor) {
        return processor.streams.getLast() instanceof ServerCallStreamObserver<ProcessingResponse> stream
                && stream.isCancelled();
    }

    /** The processor has its time to read to the end; then the stream is taken from it. */
    @Test
    void observedStreamsOutliveTheirExchangeForAWhile() {
        try (var processor = new ScriptedProcessor((message, replies) -> {})) {
            processor.lingers = true;
            FilterHarness harness = harness(processor, ", mode: 'Observe'");
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true).respondHead(200, true);
            assertThat(exchange.toClient().head()).isPresent();
            exchange.end();
            harness.await(() -> processor.received.size() == 2 && processor.ends.contains("half-closed"), LIMIT);
            assertThat(processor.received)
                    .allMatch(ProcessingRequest::getObservabilityMode)
                    .noneMatch(ProcessingRequest::hasProtocolConfig);
            harness.pass(Duration.ofMillis(2_900));
            assertThat(isCancelled(processor)).isFalse();
            harness.pass(Duration.ofMillis(200));
            harness.await(() -> isCancelled(processor), LIMIT);
            assertThat(harness.loop().hasTimers()).isFalse();
        }
    }
}
