package dev.waypoint.extproc.server;

import dev.waypoint.extproc.processor.Processor;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.v3.ExternalProcessorGrpc;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * Serves a {@link Processor} as {@code envoy.service.ext_proc.v3.ExternalProcessor}. Each stream is read no faster than the proxy
 * takes the answers, so a slow proxy costs no memory.
 */
public final class ProcessorService extends ExternalProcessorGrpc.ExternalProcessorImplBase {

    private final Processor processor;
    private final BodyMode assumed;

    /** Serves a processor for proxies that say which modes they use: Envoy from 1.32 on, Waypoint. */
    public ProcessorService(Processor processor) {
        this(processor, BodyMode.STREAMED);
    }

    /**
     * Serves a processor.
     *
     * @param assumed the body mode of proxies that do not say theirs; what counts is whether it is FULL_DUPLEX_STREAMED
     */
    public ProcessorService(Processor processor, BodyMode assumed) {
        this.processor = processor;
        this.assumed = assumed;
    }

    @Override
    public StreamObserver<ProcessingRequest> process(StreamObserver<ProcessingResponse> replies) {
        ServerCallStreamObserver<ProcessingResponse> call = (ServerCallStreamObserver<ProcessingResponse>) replies;
        call.disableAutoRequest();
        return new ServedStream(processor, assumed, call);
    }
}
