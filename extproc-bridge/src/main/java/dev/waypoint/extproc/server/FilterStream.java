package dev.waypoint.extproc.server;

import com.google.protobuf.Struct;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.StreamSession;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One exchange of a served filter: carries messages to its two lanes, on the event loop of the exchange. */
final class FilterStream implements StreamObserver<ProcessingRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(FilterStream.class);

    private final HttpFilter filter;
    private final EventExecutor loop;
    private final ServerCallStreamObserver<ProcessingResponse> call;
    private final FilterExchange exchange;
    private final RequestLane request;
    private final ResponseLane response;
    private @Nullable StreamSession session;
    private BodyMode requestBody = BodyMode.NONE;
    private BodyMode responseBody = BodyMode.NONE;
    private boolean observed;
    private boolean wanting;
    private boolean over;

    FilterStream(HttpFilter filter, EventExecutor loop, ServerCallStreamObserver<ProcessingResponse> call) {
        this.filter = filter;
        this.loop = loop;
        this.call = call;
        this.exchange = new FilterExchange(loop);
        this.request = new RequestLane(this);
        this.response = new ResponseLane(this);
        call.setOnReadyHandler(() -> loop.execute(this::ready));
        call.request(1);
    }

    // ---- from the proxy, on threads of gRPC

    @Override
    public void onNext(ProcessingRequest message) {
        loop.execute(() -> handle(message));
    }

    @Override
    public void onError(Throwable failure) {
        loop.execute(this::end);
    }

    @Override
    public void onCompleted() {
        loop.execute(() -> {
            if (!over) {
                end();
                call.onCompleted();
            }
        });
    }

    // ---- on the event loop

    private void ready() {
        if (!over) {
            guard(() -> {
                request.writable();
                response.writable();
                readOn();
            });
        }
    }

    /** Asks for the next message, if the last one is done, the proxy takes answers, and the filter did not ask for a pause. */
    void readOn() {
        if (wanting && !over && call.isReady() && !request.isPaused() && !response.isPaused()) {
            wanting = false;
            call.request(1);
        }
    }

    private void handle(ProcessingRequest message) {
        if (over) {
            return;
        }
        observed = message.getObservabilityMode();
        if (message.hasProtocolConfig()) {
            requestBody = BodyMode.of(message.getProtocolConfig().getRequestBodyMode());
            responseBody = BodyMode.of(message.getProtocolConfig().getResponseBodyMode());
        } else if (observed) {
            requestBody = BodyMode.STREAMED;
            responseBody = BodyMode.STREAMED;
        }
        exchange.read(message);
        guard(() -> dispatch(message));
        wanting = true;
        readOn();
    }

    private void dispatch(ProcessingRequest message) {
        switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> request.onHead(message.getRequestHeaders());
            case RESPONSE_HEADERS -> response.onHead(message.getResponseHeaders());
            case REQUEST_BODY -> request.onBody(message.getRequestBody());
            case RESPONSE_BODY -> response.onBody(message.getResponseBody());
            case REQUEST_TRAILERS -> request.onTrailers(message.getRequestTrailers());
            case RESPONSE_TRAILERS -> response.onTrailers(message.getResponseTrailers());
            case REQUEST_NOT_SET -> LOG.debug("a message without payload, of a newer protocol, is passed over");
        }
    }

    /** Does something; a failure of the filter ends the stream, and the proxy does what its failure mode says. */
    private void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.error("a filter failed as a processor", failure);
            abort("the filter failed: " + failure);
        }
    }

    StreamSession session() {
        if (session == null) {
            session = StreamSession.of(filter, exchange);
        }
        return session;
    }

    FilterExchange exchange() {
        return exchange;
    }

    BodyMode bodyMode(Direction direction) {
        return direction == Direction.REQUEST ? requestBody : responseBody;
    }

    boolean isWritable() {
        return call.isReady();
    }

    boolean isOver() {
        return over;
    }

    void say(ProcessingResponse.Builder message) {
        if (over || observed) {
            return;
        }
        Struct published = exchange.takePublished();
        if (published.getFieldsCount() > 0) {
            message.setDynamicMetadata(published);
        }
        call.onNext(message.build());
    }

    /** Answers in place of the message, and ends the stream. */
    void answer(ImmediateAnswer answer) {
        say(Wire.immediate(answer));
        finish();
    }

    /** Nothing more is to be said. */
    void finish() {
        if (!over && !observed) {
            end();
            call.onCompleted();
        }
    }

    /** Breaks the stream off. */
    void abort(String why) {
        if (!over) {
            end();
            call.onError(Status.INTERNAL.withDescription(why).asRuntimeException());
        }
    }

    private void end() {
        if (!over) {
            over = true;
            if (session != null) {
                session.onEnd();
            }
            exchange.ended();
        }
    }
}
