package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import org.jspecify.annotations.Nullable;

/** The place of a session that runs in shadow in the request direction. */
final class ShadowRequestStage extends ShadowStage implements RequestFlow {

    private static final StreamedReply UNSENT = new StreamedReply() {
        @Override
        public void data(HttpData data, boolean last) {
            data.close();
        }

        @Override
        public void trailers(HttpHeaders trailers) {}

        @Override
        public void abort() {}
    };

    private final StreamSession session;
    private @Nullable RequestHead head;

    ShadowRequestStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        super(exchange, chain, index);
        this.session = session;
    }

    @Override
    public void offerHead(boolean end) {
        RequestHead copy = exchange.request().copy();
        head = copy;
        session.onRequestHead(copy, end, this);
        chain.request().advance(index + 1, end);
    }

    @Override
    public void offerData(HttpData data, boolean end) {
        session.onRequestData(copyOf(data), end, this);
        chain.request().deliver(index + 1, data, end);
    }

    @Override
    public void offerTrailers(HttpHeaders trailers) {
        session.onRequestTrailers(trailers, this);
        chain.request().deliver(index + 1, trailers);
    }

    @Override
    public void end() {
        session.onEnd();
    }

    @Override
    public RequestHead current() {
        RequestHead copy = head;
        return copy == null ? exchange.request() : copy;
    }

    @Override
    public void head(boolean end) {
        chain.entry(index).meters().passed();
    }

    @Override
    public void reply(LocalReply reply) {
        wouldReply(reply.status());
    }

    @Override
    public StreamedReply reply(ResponseHead answer, boolean end) {
        wouldReply(answer.status());
        return UNSENT;
    }

    @Override
    public void reroute() {
        chain.entry(index).meters().rerouted();
    }
}
