package dev.waypoint.extproc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.extproc.state.Direction;
import dev.waypoint.extproc.state.Effects;
import dev.waypoint.extproc.state.ExtProcMachine;
import dev.waypoint.extproc.state.Heads;
import dev.waypoint.extproc.state.MachineSettings;
import dev.waypoint.extproc.state.Profile;
import dev.waypoint.extproc.state.ProtocolFault;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.Flow;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One exchange: carries events to the machine, and its effects to the flows and to the conversation with the processor. */
final class ExtProcSession implements StreamSession, Effects, Conversation.Brake {

    private static final long ALLOWANCE_BYTES = 1 << 20;

    private final ExtProcFilter filter;
    private final MachineSettings settings;
    private final Exchange exchange;
    private final ExtProcMachine machine;
    private final Conversation conversation;
    private final Side request = new Side();
    private final Side response = new Side();

    private @Nullable RequestFlow requestFlow;
    private @Nullable ResponseFlow responseFlow;
    private @Nullable StreamedReply reply;

    /** What belongs to one direction. */
    private static final class Side {
        private @Nullable Flow flow;
        private @Nullable HttpHeadersBuilder trailers;
        private @Nullable Future<?> timer;
        private boolean heldByMachine;
        private boolean heldByStream;
        private boolean heldByFlow;
        private boolean paused;
        /** Bytes that were passed on although the next stage was full. */
        private long overrun;

        void writable() {
            heldByFlow = false;
            overrun = 0;
            updatePause();
        }

        void updatePause() {
            boolean wish = heldByMachine || heldByStream || heldByFlow;
            if (flow == null || wish == paused) {
                return;
            }
            paused = wish;
            if (wish) {
                flow.pause();
            } else {
                flow.resume();
            }
        }
    }

    ExtProcSession(ExtProcFilter filter, Treatment treatment, Exchange exchange) {
        this.filter = filter;
        this.settings = treatment.settings().of(exchange);
        this.exchange = exchange;
        this.machine = new ExtProcMachine(settings, this);
        this.conversation = new Conversation(filter, treatment, exchange, machine, this);
    }

    private Side side(Direction direction) {
        return direction == Direction.REQUEST ? request : response;
    }

    // ---- from the exchange

    @Override
    public BodyDemand requestDemand() {
        return filter.requestCeiling();
    }

    @Override
    public BodyDemand responseDemand() {
        return filter.responseCeiling();
    }

    @Override
    public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
        requestFlow = flow;
        request.flow = flow;
        machine.onHead(Direction.REQUEST, Heads.of(head), end);
    }

    @Override
    public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
        if (end && data.isEmpty() && isTunnel() && settings.profile() == Profile.ENVOY) {
            machine.onTunnelClosed();
        }
        machine.onData(Direction.REQUEST, data, end);
        conversation.countHeld();
    }

    private boolean isTunnel() {
        return responseFlow != null && responseFlow.current().status() == 101;
    }

    @Override
    public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
        request.trailers = trailers.toBuilder();
        machine.onTrailers(Direction.REQUEST, Heads.of(request.trailers));
    }

    @Override
    public void onRequestWritable(RequestFlow flow) {
        request.writable();
        updateReading();
    }

    @Override
    public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        responseFlow = flow;
        response.flow = flow;
        machine.onHead(Direction.RESPONSE, Heads.of(head, exchange.request()), end);
    }

    @Override
    public void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
        machine.onData(Direction.RESPONSE, data, end);
        conversation.countHeld();
    }

    @Override
    public void onResponseTrailers(HttpHeaders trailers, ResponseFlow flow) {
        response.trailers = trailers.toBuilder();
        machine.onTrailers(Direction.RESPONSE, Heads.of(response.trailers));
    }

    @Override
    public void onResponseWritable(ResponseFlow flow) {
        response.writable();
        updateReading();
    }

    @Override
    public void onEnd() {
        machine.onEnd();
        conversation.finish();
    }

    // ---- to the processor

    @Override
    public void sendHeaders(Direction direction, boolean end) {
        conversation.headers(
                direction,
                direction == Direction.REQUEST
                        ? Heads.of(exchange.request())
                        : Heads.of(currentResponse(), exchange.request()),
                end);
    }

    private ResponseHead currentResponse() {
        if (responseFlow == null) {
            throw new IllegalStateException("no response");
        }
        return responseFlow.current();
    }

    @Override
    public void sendBody(Direction direction, ByteString body, boolean end) {
        conversation.body(direction, body, end);
    }

    @Override
    public void sendTrailers(Direction direction) {
        HttpHeadersBuilder trailers = side(direction).trailers;
        if (trailers == null) {
            throw new IllegalStateException("no trailers");
        }
        conversation.trailers(direction, Heads.of(trailers));
    }

    @Override
    public void closeStream() {
        conversation.close();
    }

    @Override
    public void blocked(boolean on) {
        request.heldByStream = on;
        request.updatePause();
        response.heldByStream = on;
        response.updatePause();
    }

    /**
     * A direction that is not writable has its own input paused, so that little more can come of it; replies are read on, since
     * they may be for the other direction, until a processor that says more than it was told has filled the allowance.
     */
    private void updateReading() {
        conversation.reading(request.overrun <= ALLOWANCE_BYTES && response.overrun <= ALLOWANCE_BYTES);
    }

    // ---- to the exchange

    @Override
    public void passHead(Direction direction, boolean end) {
        Flow flow = flow(direction);
        flow.head(end);
    }

    @Override
    public void passData(Direction direction, HttpData data, boolean end) {
        Flow flow = flow(direction);
        int length = data.length();
        flow.data(data, end);
        if (!end && !flow.isWritable()) {
            Side side = side(direction);
            side.heldByFlow = true;
            side.overrun += length;
            side.updatePause();
            updateReading();
        }
    }

    @Override
    public void passTrailers(Direction direction) {
        HttpHeadersBuilder trailers = side(direction).trailers;
        if (trailers == null) {
            throw new IllegalStateException("no trailers");
        }
        flow(direction).trailers(trailers.build());
    }

    private Flow flow(Direction direction) {
        Flow flow = side(direction).flow;
        if (flow == null) {
            throw new IllegalStateException("nothing of the " + direction + " came");
        }
        return flow;
    }

    @Override
    public void hold(Direction direction, boolean on) {
        Side side = side(direction);
        side.heldByMachine = on;
        side.updatePause();
    }

    @Override
    public void startTimer(Direction direction, long millis) {
        stopTimer(direction);
        side(direction).timer =
                exchange.eventLoop().schedule(() -> machine.onTimer(direction), millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stopTimer(Direction direction) {
        Side side = side(direction);
        if (side.timer != null) {
            side.timer.cancel(false);
            side.timer = null;
        }
    }

    @Override
    public void clearRoute() {
        if (requestFlow != null) {
            requestFlow.reroute();
        }
    }

    @Override
    public void reply(LocalReply answer, boolean direct) {
        if (exchange.isTraced()) {
            exchange.note("ext-proc", answer.status() + " " + answer.detail());
        }
        if (direct && responseFlow != null) {
            responseFlow.reply(answer);
        } else if (requestFlow != null) {
            requestFlow.reply(answer);
        }
    }

    @Override
    public void replyHead(int status, HttpHeaders headers, boolean end) {
        if (requestFlow != null) {
            ResponseHead head = new ResponseHead(status, headers.toBuilder(), ReplyCause.EXT_PROC_REPLY);
            reply = requestFlow.reply(head, end);
        }
    }

    @Override
    public void replyData(HttpData data, boolean end) {
        if (reply != null) {
            reply.data(data, end);
        }
    }

    @Override
    public void replyTrailers(HttpHeaders trailers) {
        if (reply != null) {
            reply.trailers(trailers);
        }
    }

    @Override
    public void abortReply() {
        if (reply != null) {
            reply.abort();
        }
    }

    @Override
    public void metadata(Struct untyped, Map<String, Any> typed) {
        List<String> namespaces = filter.config().sharing().writable().untyped();
        untyped.getFieldsMap().forEach((namespace, value) -> {
            if (namespaces.contains(namespace)) {
                ObjectNode stored = exchange.metadata().get(namespace);
                ObjectNode added = Structs.toObject(value);
                if (stored == null) {
                    exchange.metadata().put(namespace, added);
                } else {
                    stored.setAll(added);
                }
            } else {
                fault(ProtocolFault.METADATA_REFUSED, namespace, namespaces.toString());
            }
        });
        List<String> typedNamespaces = filter.config().sharing().writable().typed();
        typed.forEach((namespace, value) -> {
            if (typedNamespaces.contains(namespace)) {
                Map<String, Any> stored = exchange.get(Messages.TYPED_METADATA).orElseGet(HashMap::new);
                stored.put(namespace, value);
                exchange.set(Messages.TYPED_METADATA, stored);
            } else {
                fault(ProtocolFault.METADATA_REFUSED, namespace, typedNamespaces.toString());
            }
        });
    }

    @Override
    public void fault(ProtocolFault fault, String received, String expected) {
        conversation.fault(fault, received, expected);
    }

    @Override
    public void count(Count count) {
        filter.happenings().count(count);
    }
}
