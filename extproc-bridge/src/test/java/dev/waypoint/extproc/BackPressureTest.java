package dev.waypoint.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.extproc.v3.BodyMutation;
import dev.waypoint.extproc.v3.BodyResponse;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.HeadersResponse;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.extproc.v3.StreamedBodyResponse;
import dev.waypoint.filter.ConfigReference.ServiceReference;
import dev.waypoint.filter.EndpointSource.Endpoint;
import dev.waypoint.filter.testing.DrivenExchange;
import dev.waypoint.filter.testing.FakeEnvironment;
import dev.waypoint.filter.testing.FilterHarness;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is slow slows the others down, and nothing is gathered without bound: with a real gRPC server and its flow control. */
class BackPressureTest {

    private static final ServiceReference SERVICE = new ServiceReference("processor", Optional.empty(), 9000);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PIECE = 64 << 10;
    /** Far more than windows, allowances and socket buffers hold together. */
    private static final int PIECES = 400;

    private final Processor processor = new Processor();
    private final FakeEnvironment environment = new FakeEnvironment();

    /** Reads when it may, and says as much as it may. */
    private static final class Processor extends ExternalProcessorGrpc.ExternalProcessorImplBase {
        private final AtomicBoolean reads = new AtomicBoolean(true);
        private final AtomicLong heard = new AtomicLong();
        private final AtomicLong said = new AtomicLong();
        private volatile boolean floods;
        private volatile boolean asked;

        @Override
        public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> observer) {
            ServerCallStreamObserver<ProcessingResponse> replies =
                    (ServerCallStreamObserver<ProcessingResponse>) observer;
            replies.disableAutoRequest();
            replies.request(1);
            replies.setOnReadyHandler(() -> {
                if (asked) {
                    flood(replies);
                }
            });
            return new StreamObserver<>() {
                @Override
                public void onNext(ProcessingRequest message) {
                    if (message.hasRequestHeaders()) {
                        replies.onNext(ProcessingResponse.newBuilder()
                                .setRequestHeaders(HeadersResponse.getDefaultInstance())
                                .build());
                    } else {
                        heard.addAndGet(message.getRequestBody().getBody().size());
                        answer(message, replies);
                    }
                    readOn(replies);
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    replies.onCompleted();
                }
            };
        }

        private void answer(ProcessingRequest message, ServerCallStreamObserver<ProcessingResponse> replies) {
            if (floods) {
                asked = true;
                flood(replies);
            } else {
                replies.onNext(piece(
                        message.getRequestBody().getBody(),
                        message.getRequestBody().getEndOfStream()));
            }
        }

        private void readOn(ServerCallStreamObserver<ProcessingResponse> replies) {
            if (reads.get()) {
                replies.request(1);
            } else {
                Thread.startVirtualThread(() -> {
                    while (!reads.get()) {
                        Thread.onSpinWait();
                        sleep();
                    }
                    replies.request(1);
                });
            }
        }

        private static void sleep() {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void flood(ServerCallStreamObserver<ProcessingResponse> replies) {
            while (replies.isReady() && said.get() < (long) PIECES * PIECE) {
                said.addAndGet(PIECE);
                replies.onNext(piece(ByteString.copyFrom(new byte[PIECE]), said.get() == (long) PIECES * PIECE));
            }
        }

        private static ProcessingResponse piece(ByteString bytes, boolean end) {
            return ProcessingResponse.newBuilder()
                    .setRequestBody(BodyResponse.newBuilder()
                            .setResponse(CommonResponse.newBuilder()
                                    .setBodyMutation(BodyMutation.newBuilder()
                                            .setStreamedResponse(StreamedBodyResponse.newBuilder()
                                                    .setBody(bytes)
                                                    .setEndOfStream(end)))))
                    .build();
        }
    }

    private Server server = NettyServerBuilder.forPort(0).build();

    @BeforeEach
    void serve() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(processor)
                .build()
                .start();
        environment.withEndpoints(SERVICE, List.of(new Endpoint("127.0.0.1", server.getPort())));
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private FilterHarness harness() {
        return FilterHarness.of(
                new ExtProcFilterFactory(),
                "{provider: {name: 'test/pressure', backendRef: {name: 'processor', port: 9000}},"
                        + " processing: {modes: {request: {body: 'FullDuplexStreamed', trailers: 'Send'},"
                        + " response: {headers: 'Skip'}}}, failure: {messageTimeout: '20s'}}",
                environment);
    }

    private static DrivenExchange begin(FilterHarness harness) {
        DrivenExchange exchange = harness.exchange("POST", "/");
        exchange.sendHead(false);
        harness.await(() -> exchange.toUpstream().head().isPresent(), LIMIT);
        return exchange;
    }

    /** Waits until nothing has been passed on for a while, and tells how much was. */
    private static long settled(FilterHarness harness, DrivenExchange exchange) {
        long before = -1;
        long passed = 0;
        for (int still = 0; still < 100; still = passed == before ? still + 1 : 0) {
            before = passed;
            Processor.sleep();
            harness.loop().run();
            passed = exchange.toUpstream().bytes().length;
        }
        return passed;
    }

    @Test
    void aSlowProcessorSlowsTheClient() {
        FilterHarness harness = harness();
        DrivenExchange exchange = begin(harness);
        processor.reads.set(false);
        int sent = 0;
        while (!exchange.isRequestPaused() && sent < PIECES) {
            exchange.sendData(HttpData.wrap(new byte[PIECE]), false);
            sent++;
            harness.loop().run();
        }
        assertThat(exchange.isRequestPaused()).isTrue();
        assertThat(sent).as("pieces of 64 KiB that a client could send").isLessThan(PIECES / 2);
        assertThat(environment.called("test/pressure").gauges().get(2))
                .as("streams that are blocked")
                .isEqualTo(1);
        processor.reads.set(true);
        harness.await(() -> !exchange.isRequestPaused(), LIMIT);
        exchange.sendData(HttpData.empty(), true);
        harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
        assertThat(exchange.toUpstream().bytes()).hasSize(sent * PIECE);
        assertThat(processor.heard.get()).isEqualTo((long) sent * PIECE);
        exchange.end();
        assertThat(environment.called("test/pressure").gauges()).containsExactly(0L, 0L, 0L, 0L);
    }

    @Test
    void aSlowUpstreamSlowsAProcessorThatSaysMoreThanItWasTold() {
        processor.floods = true;
        FilterHarness harness = harness();
        DrivenExchange exchange = begin(harness);
        exchange.upstreamWritable(false);
        exchange.sendData("go", false);
        harness.await(() -> exchange.isRequestPaused(), LIMIT);
        assertThat(settled(harness, exchange))
                .as("passed on although upstream was full")
                .isBetween(1L << 20, 4L << 20);
        assertThat(processor.said.get()).as("said by the processor").isLessThan((long) PIECES * PIECE / 2);
        exchange.upstreamWritable(true);
        harness.await(() -> exchange.toUpstream().isEnded(), LIMIT);
        assertThat(exchange.toUpstream().bytes()).hasSize(PIECES * PIECE);
        exchange.end();
    }
}
