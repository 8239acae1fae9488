package dev.waypoint.extproc.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import dev.waypoint.extproc.processor.BodyAnswer;
import dev.waypoint.extproc.processor.HeaderChanges;
import dev.waypoint.extproc.processor.HeadersAnswer;
import dev.waypoint.extproc.processor.ImmediateAnswer;
import dev.waypoint.extproc.processor.MessageHeaders;
import dev.waypoint.extproc.processor.Processor;
import dev.waypoint.extproc.processor.ProcessorSession;
import dev.waypoint.extproc.processor.TrailersAnswer;
import dev.waypoint.extproc.state.BodyMode;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.v3.CommonResponse;
import dev.waypoint.extproc.v3.CommonResponse.ResponseStatus;
import dev.waypoint.extproc.v3.HttpBody;
import dev.waypoint.extproc.v3.HttpHeaders;
import dev.waypoint.extproc.v3.HttpTrailers;
import dev.waypoint.extproc.v3.ProcessingRequest;
import dev.waypoint.extproc.v3.ProcessingResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream: calls the session, and says its answers in the way that the mode in force asks for. */
final class ServedStream implements StreamObserver<ProcessingRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(ServedStream.class);

    private final Processor processor;
    private final ServedExchange exchange;
    private final ServerCallStreamObserver<ProcessingResponse> call;
    private final Lane request = new Lane(Direction.REQUEST);
    private final Lane response = new Lane(Direction.RESPONSE);
    private @Nullable ProcessorSession session;
    private boolean wanting;
    private boolean over;

    /** What was said about one direction. */
    private static final class Lane {
        private final Direction direction;
        /** Whether the processor said that nothing more may go on. */
        private boolean ended;

        Lane(Direction direction) {
            this.direction = direction;
        }
    }

    ServedStream(Processor processor, BodyMode assumed, ServerCallStreamObserver<ProcessingResponse> call) {
        this.processor = processor;
        this.exchange = new ServedExchange(assumed);
        this.call = call;
        call.setOnReadyHandler(this::ready);
        call.request(1);
    }

    private void ready() {
        if (wanting && !over) {
            wanting = false;
            call.request(1);
        }
    }

    @Override
    public void onNext(ProcessingRequest message) {
        if (over) {
            return;
        }
        exchange.read(message);
        try {
            if (session == null) {
                session = processor.open(exchange);
            }
            dispatch(session, message);
        } catch (RuntimeException failure) {
            LOG.error("a processor failed on {}", message.getRequestCase(), failure);
            fail(Status.INTERNAL
                    .withDescription(message.getRequestCase() + ": " + failure)
                    .withCause(failure));
        }
        wanting = true;
        if (call.isReady()) {
            ready();
        }
    }

    private void dispatch(ProcessorSession target, ProcessingRequest message) {
        switch (message.getRequestCase()) {
            case REQUEST_HEADERS -> {
                HttpHeaders headers = message.getRequestHeaders();
                headers(
                        request,
                        target.onRequestHeaders(MessageHeaders.of(headers.getHeaders()), headers.getEndOfStream()));
            }
            case RESPONSE_HEADERS -> {
                HttpHeaders headers = message.getResponseHeaders();
                headers(
                        response,
                        target.onResponseHeaders(MessageHeaders.of(headers.getHeaders()), headers.getEndOfStream()));
            }
            case REQUEST_BODY -> {
                HttpBody body = message.getRequestBody();
                if (!passedOver(request)) {
                    body(request, target.onRequestBody(body.getBody(), body.getEndOfStream()), body);
                }
            }
            case RESPONSE_BODY -> {
                HttpBody body = message.getResponseBody();
                if (!passedOver(response)) {
                    body(response, target.onResponseBody(body.getBody(), body.getEndOfStream()), body);
                }
            }
            case REQUEST_TRAILERS -> trailers(request, target::onRequestTrailers, message.getRequestTrailers());
            case RESPONSE_TRAILERS -> trailers(response, target::onResponseTrailers, message.getResponseTrailers());
            case REQUEST_NOT_SET -> LOG.debug("a message without payload, of a newer protocol, is passed over");
        }
    }

    private void headers(Lane lane, HeadersAnswer answer) {
        switch (answer) {
            case HeadersAnswer.Proceed proceed -> {
                CommonResponse.Builder reply = CommonResponse.newBuilder().setClearRouteCache(proceed.clearRoute());
                if (!proceed.changes().isEmpty() || proceed.clearRoute()) {
                    reply.setHeaderMutation(Wire.mutation(proceed.changes()));
                }
                ProcessingResponse.Builder message = Wire.headers(lane.direction, reply.build());
                proceed.modes().ifPresent(modes -> {
                    message.setModeOverride(modes.toWire());
                    exchange.override(modes);
                });
                say(message);
            }
            case HeadersAnswer.ReplaceMessage replace ->
                say(Wire.headers(
                        lane.direction,
                        CommonResponse.newBuilder()
                                .setStatus(ResponseStatus.CONTINUE_AND_REPLACE)
                                .setHeaderMutation(Wire.mutation(replace.changes()))
                                .setBodyMutation(Wire.replacement(replace.body()))
                                .build()));
            case ImmediateAnswer immediate -> answer(immediate);
        }
    }

    /** Drops data after the end that the processor set; whether it was so. In lock step each piece has its reply all the same. */
    private boolean passedOver(Lane lane) {
        if (lane.ended && exchange.bodyMode(lane.direction) != BodyMode.FULL_DUPLEX_STREAMED) {
            say(Wire.body(
                    lane.direction,
                    CommonResponse.newBuilder()
                            .setBodyMutation(Wire.replacement(ByteString.EMPTY))
                            .build()));
        }
        return lane.ended;
    }

    private void body(Lane lane, BodyAnswer answer, HttpBody came) {
        boolean duplex = exchange.bodyMode(lane.direction) == BodyMode.FULL_DUPLEX_STREAMED;
        switch (answer) {
            case BodyAnswer.Unchanged _
            when duplex -> say(Wire.piece(lane.direction, came.getBody(), came.getEndOfStream()));
            case BodyAnswer.Unchanged unchanged -> body(lane, CommonResponse.newBuilder(), unchanged.changes());
            case BodyAnswer.Replaced replaced when duplex -> pieces(lane, replaced, came.getEndOfStream());
            case BodyAnswer.Replaced replaced -> replaced(lane, replaced);
            case ImmediateAnswer immediate -> answer(immediate);
        }
    }

    private void pieces(Lane lane, BodyAnswer.Replaced replaced, boolean end) {
        int count = replaced.pieces().size();
        boolean ends = end || replaced.last();
        lane.ended = ends;
        for (int i = 0; i < count; i++) {
            say(Wire.piece(lane.direction, replaced.pieces().get(i), ends && i == count - 1));
        }
        if (ends && count == 0) {
            say(Wire.piece(lane.direction, ByteString.EMPTY, true));
        }
    }

    private void replaced(Lane lane, BodyAnswer.Replaced replaced) {
        lane.ended = replaced.last();
        ByteString bytes = ByteString.copyFrom(replaced.pieces());
        HeaderChanges changes = replaced.changes();
        if (exchange.bodyMode(lane.direction) == BodyMode.BUFFERED) {
            // A body that no longer fits its content-length would be refused.
            changes = changes.set("content-length", Integer.toString(bytes.size()));
        }
        body(lane, CommonResponse.newBuilder().setBodyMutation(Wire.replacement(bytes)), changes);
    }

    private void body(Lane lane, CommonResponse.Builder reply, HeaderChanges changes) {
        if (!changes.isEmpty()) {
            reply.setHeaderMutation(Wire.mutation(changes));
        }
        say(Wire.body(lane.direction, reply.build()));
    }

    /** The method of a session that is asked about trailers. */
    private interface Asked {
        TrailersAnswer onTrailers(MessageHeaders trailers);
    }

    private void trailers(Lane lane, Asked asked, HttpTrailers came) {
        boolean duplex = exchange.bodyMode(lane.direction) == BodyMode.FULL_DUPLEX_STREAMED;
        if (lane.ended && duplex) {
            return;
        }
        switch (asked.onTrailers(MessageHeaders.of(came.getTrailers()))) {
            case TrailersAnswer.Proceed proceed -> {
                if (!duplex && !proceed.before().isEmpty()) {
                    throw new IllegalStateException("data before trailers is possible in mode FULL_DUPLEX_STREAMED"
                            + " only, the mode is " + exchange.bodyMode(lane.direction));
                }
                proceed.before().forEach(data -> say(Wire.piece(lane.direction, data, false)));
                say(Wire.trailers(lane.direction, proceed.changes()));
            }
            case ImmediateAnswer immediate -> answer(immediate);
        }
    }

    private void answer(ImmediateAnswer immediate) {
        say(Wire.immediate(immediate));
        if (!exchange.observed()) {
            over = true;
            call.onCompleted();
            end(false);
        }
    }

    private void say(ProcessingResponse.Builder message) {
        if (over || exchange.observed()) {
            return;
        }
        Struct published = exchange.takePublished();
        if (published.getFieldsCount() > 0) {
            message.setDynamicMetadata(published);
        }
        call.onNext(message.build());
    }

    private void fail(Status status) {
        if (!over) {
            over = true;
            call.onError(status.asRuntimeException());
            end(true);
        }
    }

    private void end(boolean cancelled) {
        if (session != null) {
            session.onEnd(cancelled);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!over) {
            over = true;
            end(true);
        }
    }

    @Override
    public void onCompleted() {
        if (!over) {
            over = true;
            call.onCompleted();
            end(false);
        }
    }
}
