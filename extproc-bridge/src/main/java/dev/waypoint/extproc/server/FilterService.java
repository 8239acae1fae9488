package dev.waypoint.extproc.server;

import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.HttpFilter;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;

/**
 * Serves a filter of the SPI as {@code envoy.service.ext_proc.v3.ExternalProcessor}, so that the same filter runs in the proxy's
 * JVM or beside any Envoy. Each exchange stays on one event loop, as in the proxy.
 *
 * <p>What a filter asks of bodies must be what the proxy is configured to send. Filters of heads fit any mode. A filter that asks
 * for pieces fits STREAMED, BUFFERED and FULL_DUPLEX_STREAMED; one that asks for the whole fits BUFFERED and
 * FULL_DUPLEX_STREAMED; one that wants full control fits FULL_DUPLEX_STREAMED alone, with trailers sent. An exchange whose mode
 * does not fit is answered with 500: a body that a filter should have seen never passes unseen.
 */
public final class FilterService extends ExternalProcessorGrpc.ExternalProcessorImplBase implements AutoCloseable {

    private final HttpFilter filter;
    private final EventExecutorGroup loops;

    /** Serves a filter on as many event loops as there are processors; the service closes the filter. */
    public FilterService(HttpFilter filter) {
        this.filter = filter;
        this.loops = new DefaultEventExecutorGroup(
                Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("filter-service", true));
    }

    /** Makes a filter and serves it. */
    public static <C extends Record> FilterService of(
            FilterFactory<C> factory, C config, FilterEnvironment environment) {
        return new FilterService(factory.create(config, environment));
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
        ServerCallStreamObserver<ProcessingResponse> call = (ServerCallStreamObserver<ProcessingResponse>) replies;
        call.disableAutoRequest();
        return new FilterStream(filter, loops.next(), call);
    }

    /** Closes the filter. Close the server first. */
    @Override
    public void close() {
        loops.shutdownGracefully();
        filter.close();
    }
}
