package dev.waypoint.engine;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamedReply;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.ResetCode;
import org.jspecify.annotations.Nullable;

/** The response's way through the filters to the client, be it the upstream's or an answer of our own. */
final class ResponseSide {

    private final ExchangeRunner exchange;
    private final Downstream downstream;
    private boolean replied;
    private boolean responseStarted;
    private boolean headSent;

    ResponseSide(ExchangeRunner exchange, Downstream downstream) {
        this.exchange = exchange;
        this.downstream = downstream;
    }

    void informational(ResponseHead head) {
        if (!headSent
                && !exchange.isOver()
                && (exchange.listener == null
                        || exchange.listener.ir().settings().http().informational())) {
            downstream.informational(head);
        }
    }

    /** The upstream's head, or that of a local reply. */
    void respond(ResponseHead head, boolean end) {
        exchange.response = head;
        responseStarted = true;
        exchange.timers().touch();
        ChainRunner runner = exchange.chain();
        if (runner == null) {
            downstreamHead(end);
        } else {
            runner.response().advance(0, end);
        }
    }

    void respondData(HttpData data, boolean end) {
        if (exchange.isOver()) {
            data.close();
            return;
        }
        exchange.timers().touch();
        ChainRunner runner = exchange.chain();
        if (runner == null) {
            downstreamData(data, end);
        } else {
            runner.response().deliver(0, data, end);
        }
    }

    void respondTrailers(HttpHeaders trailers) {
        if (exchange.isOver()) {
            return;
        }
        ChainRunner runner = exchange.chain();
        if (runner == null) {
            downstreamTrailers(trailers);
        } else {
            runner.response().deliver(0, trailers);
        }
    }

    ResponseHead currentResponse() {
        return requireNonNull(exchange.response, "no response yet");
    }

    ResponseHead copyOfResponse() {
        ResponseHead head = currentResponse();
        return new ResponseHead(
                head.status(), head.headers().build().toBuilder(), head.cause().orElse(null));
    }

    void downstreamHead(boolean end) {
        if (headSent || exchange.isOver()) {
            return;
        }
        headSent = true;
        ResponseHead head = currentResponse();
        exchange.sent(head.status());
        if (exchange.request.isGrpc()) {
            noteGrpcStatus(head.headers().get("grpc-status"));
        }
        downstream.head(head, end);
        if (end) {
            exchange.finish();
        }
    }

    void downstreamData(HttpData data, boolean end) {
        if (exchange.isOver()) {
            data.close();
            return;
        }
        exchange.responseBytes += data.length();
        downstream.data(data, end);
        if (end) {
            exchange.finish();
        } else if (!downstream.isWritable()) {
            exchange.pressure().pauseResponse(BackPressure.PEER_FULL);
        }
    }

    void downstreamTrailers(HttpHeaders trailers) {
        if (exchange.isOver()) {
            return;
        }
        if (exchange.request.isGrpc()) {
            noteGrpcStatus(trailers.get("grpc-status"));
        }
        if (exchange.dropsTrailers()) {
            downstream.data(HttpData.empty(), true);
        } else {
            downstream.trailers(trailers);
        }
        exchange.finish();
    }

    private void noteGrpcStatus(@Nullable String value) {
        if (value != null && !value.isEmpty() && value.length() <= 2 && Character.isDigit(value.charAt(0))) {
            exchange.grpcStatus = Integer.parseInt(value);
        }
    }

    /** Answers in place of the upstream; all filters see the answer. */
    void reply(LocalReply reply) {
        if (exchange.isOver() || responseStarted) {
            replace(reply);
            return;
        }
        replied = true;
        exchange.cause = reply.cause();
        exchange.detail = reply.detail();
        exchange.cancelDispatch(ResetCode.CANCEL);
        LocalReplies.Rendered rendered = LocalReplies.render(reply, exchange.request);
        boolean bodyless = rendered.body().isEmpty();
        respond(rendered.head(), bodyless);
        if (!bodyless) {
            respondData(rendered.body(), true);
        }
    }

    /** Begins an answer whose body comes later. */
    StreamedReply streamReply(ResponseHead head, boolean end) {
        if (exchange.isOver() || responseStarted) {
            exchange.abort(ResetCode.INTERNAL_ERROR, ReplyCause.FILTER, "streamed_reply_too_late");
        } else {
            replied = true;
            exchange.cause = head.cause().orElse(ReplyCause.FILTER);
            exchange.cancelDispatch(ResetCode.CANCEL);
            respond(head, end);
        }
        return new StreamedReply() {
            @Override
            public void data(HttpData data, boolean last) {
                respondData(data, last);
            }

            @Override
            public void trailers(HttpHeaders trailers) {
                respondTrailers(trailers);
            }

            @Override
            public void abort() {
                exchange.abort(ResetCode.INTERNAL_ERROR, ReplyCause.FILTER, "streamed_reply_aborted");
            }
        };
    }

    /** Answers in place of a response that is on its way: straight to the client, or by a reset if the head is out already. */
    void replace(LocalReply reply) {
        if (exchange.isOver()) {
            return;
        }
        exchange.cause = reply.cause();
        exchange.detail = reply.detail();
        if (headSent) {
            exchange.abort(ResetCode.INTERNAL_ERROR, reply.cause(), reply.detail());
            return;
        }
        replied = true;
        responseStarted = true;
        exchange.cancelDispatch(ResetCode.CANCEL);
        LocalReplies.Rendered rendered = LocalReplies.render(reply, exchange.request);
        exchange.response = rendered.head();
        downstreamHead(rendered.body().isEmpty());
        if (!rendered.body().isEmpty()) {
            downstreamData(rendered.body(), true);
        }
    }

    boolean hasReplied() {
        return replied;
    }

    boolean isHeadSent() {
        return headSent;
    }
}
