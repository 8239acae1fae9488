package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import org.jspecify.annotations.Nullable;

/** The place of a session that runs in shadow in the response direction. */
final class ShadowResponseStage extends ShadowStage implements ResponseFlow {

    private final StreamSession session;
    private @Nullable ResponseHead head;

    ShadowResponseStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        super(exchange, chain, index);
        this.session = session;
    }

    private int next() {
        return chain.response().position(index) + 1;
    }

    @Override
    public void offerHead(boolean end) {
        ResponseHead copy = exchange.answer().copyOfResponse();
        head = copy;
        session.onResponseHead(copy, end, this);
        chain.response().advance(next(), end);
    }

    @Override
    public void offerData(HttpData data, boolean end) {
        session.onResponseData(copyOf(data), end, this);
        chain.response().deliver(next(), data, end);
    }

    @Override
    public void offerTrailers(HttpHeaders trailers) {
        session.onResponseTrailers(trailers, this);
        chain.response().deliver(next(), trailers);
    }

    @Override
    public ResponseHead current() {
        ResponseHead copy = head;
        return copy == null ? exchange.answer().copyOfResponse() : copy;
    }

    @Override
    public void head(boolean end) {}

    @Override
    public void reply(LocalReply reply) {
        wouldReply(reply.status());
    }
}
