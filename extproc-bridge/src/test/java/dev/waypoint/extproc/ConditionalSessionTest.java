package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A filter with {@code when} asks about some requests only. */
class ConditionalSessionTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);

    private static FilterHarness harness(ScriptedProcessor processor) {
        FakeEnvironment environment =
                new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
        return FilterHarness.of(new ExtProcFilterFactory(), """
                {provider: {backendRef: {name: 'processor', port: 9000}}, failure: {messageTimeout: '1s'},
                 processing: {modes: {request: {body: 'Buffered'}},
                              when: [{methods: ['POST', 'PUT'], path: {value: '/pay'}}, {headers: [{name: 'x-check', value: 'yes'}]}]}}""", environment);
    }

    private static void goOn(ProcessingRequest message, StreamObserver<ProcessingResponse> replies) {
        var headers = HeadersResponse.getDefaultInstance();
        replies.onNext(
                message.hasRequestHeaders()
                        ? ProcessingResponse.newBuilder()
                                .setRequestHeaders(headers)
                                .build()
                        : ProcessingResponse.newBuilder()
                                .setResponseHeaders(headers)
                                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /pay/card, no, true",
        "PUT, /pay, no, true",
        "GET, /pay, no, false",
        "POST, /payment, no, false",
        "GET, /, yes, true",
        "GET, /, no, false",
    })
    void onlyTheseRequestsAreShown(String method, String path, String check, boolean shown) {
        try (var processor = new ScriptedProcessor(ConditionalSessionTest::goOn)) {
            FilterHarness harness = harness(processor);
            DrivenExchange exchange = harness.exchange(method, path, "x-check", check);
            exchange.sendHead(true);
            harness.await(() -> exchange.toUpstream().head().isPresent(), Duration.ofSeconds(5));
            exchange.respondHead(200, true);
            harness.await(() -> exchange.toClient().head().isPresent(), Duration.ofSeconds(5));
            exchange.end();
            assertThat(processor.received).hasSize(shown ? 2 : 0);
        }
    }

    @Test
    void bodiesOfOthersPassByPieces() {
        try (var processor = new ScriptedProcessor(ConditionalSessionTest::goOn)) {
            DrivenExchange exchange = harness(processor).exchange("POST", "/");
            exchange.sendHead(false).sendData("a", false).sendData("b", false).sendTrailers("t", "1");
            assertThat(exchange.toUpstream().pieces()).containsExactly("a", "b");
            assertThat(exchange.toUpstream().trailers()).isPresent();
            exchange.respondHead(200, false).respondData("c", true);
            assertThat(exchange.toClient().body()).isEqualTo("c");
            exchange.end();
            assertThat(processor.received).isEmpty();
        }
    }

    /** An answer that another filter gave before the request came by is judged by the same request. */
    @Test
    void anAnswerThatCameEarlierIsJudgedByItsRequest() {
        try (var processor = new ScriptedProcessor(ConditionalSessionTest::goOn)) {
            FilterHarness harness = harness(processor);
            DrivenExchange other = harness.exchange("GET", "/");
            other.respondHead(403, true);
            assertThat(other.responded().status()).isEqualTo(403);
            other.end();
            DrivenExchange meant = harness.exchange("POST", "/pay");
            meant.respondHead(403, true);
            harness.await(() -> meant.toClient().head().isPresent(), Duration.ofSeconds(5));
            meant.end();
            assertThat(processor.received).singleElement().matches(ProcessingRequest::hasResponseHeaders);
        }
    }

    @Test
    void aTimeOfZeroIsNoTimeAtAll() {
        try (var processor = new ScriptedProcessor(ConditionalSessionTest::goOn)) {
            FakeEnvironment environment =
                    new FakeEnvironment().withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", processor.port())));
            FilterHarness harness = FilterHarness.of(
                    new ExtProcFilterFactory(),
                    "{provider: {backendRef: {name: 'processor', port: 9000}}, failure: {messageTimeout: '0s'}}",
                    environment);
            DrivenExchange exchange = harness.exchange("GET", "/");
            exchange.sendHead(true);
            harness.pass(Duration.ofMillis(1));
            assertThat(exchange.replied().status()).isEqualTo(504);
            exchange.end();
        }
    }
}
