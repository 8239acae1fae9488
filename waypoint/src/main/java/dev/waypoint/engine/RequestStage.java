package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import org.jspecify.annotations.Nullable;

/** A session's place in the request direction: offers it what comes and passes on what it lets go. */
final class RequestStage implements ChainDirection.Stage, RequestFlow {

    private final ExchangeRunner exchange;
    private final ChainRunner chain;
    private final int index;
    private final StreamSession session;
    private final BodyDemand demand;
    private @Nullable BodyCollector collector;
    private boolean headPassed;

    RequestStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
        this.session = session;
        this.demand = session.requestDemand();
    }

    StreamSession session() {
        return session;
    }

    @Override
    public boolean wantsBody() {
        return !(demand instanceof BodyDemand.None);
    }

    @Override
    public void offerHead(boolean end) {
        if (demand instanceof BodyDemand.Whole && !end) {
            collector = new BodyCollector();
            return;
        }
        session.onRequestHead(exchange.request(), end, this);
    }

    @Override
    public void offerData(HttpData data, boolean end) {
        BodyCollector collecting = collector;
        if (collecting == null || !(demand instanceof BodyDemand.Whole whole)) {
            session.onRequestData(data, end, this);
            return;
        }
        collecting.add(data);
        if (collecting.bytes() > whole.maxBytes()) {
            if (whole.overflow() == BodyDemand.Overflow.REJECT) {
                collecting.discard();
                exchange.reply(LocalReplies.bodyTooLarge(whole.maxBytes()));
                return;
            }
            deliverCollected(collecting, end);
        } else if (end) {
            deliverCollected(collecting, true);
        }
    }

    private void deliverCollected(BodyCollector collecting, boolean end) {
        collector = null;
        HttpData body = collecting.take();
        boolean empty = body.isEmpty() && end;
        session.onRequestHead(exchange.request(), empty, this);
        if (!empty && !exchange.isOver()) {
            session.onRequestData(body, end, this);
        } else {
            body.close();
        }
    }

    @Override
    public void offerTrailers(HttpHeaders trailers) {
        BodyCollector collecting = collector;
        if (collecting != null) {
            collector = null;
            HttpData body = collecting.take();
            session.onRequestHead(exchange.request(), false, this);
            if (exchange.isOver() || body.isEmpty()) {
                body.close();
            } else {
                session.onRequestData(body, false, this);
            }
        }
        if (!exchange.isOver()) {
            session.onRequestTrailers(trailers, this);
        }
    }

    @Override
    public void offerWritable() {
        session.onRequestWritable(this);
    }

    @Override
    public RequestHead current() {
        return exchange.request();
    }

    @Override
    public void head(boolean end) {
        if (!headPassed && !exchange.isOver()) {
            headPassed = true;
            chain.entry(index).meters().passed();
            chain.request().advance(index + 1, end);
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (exchange.isOver()) {
            data.close();
        } else {
            chain.request().deliver(index + 1, data, end);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        if (!exchange.isOver()) {
            chain.request().deliver(index + 1, trailers);
        }
    }

    @Override
    public boolean isWritable() {
        return exchange.pressure().isRequestWritable();
    }

    @Override
    public void pause() {
        exchange.pressure().pauseRequest(BackPressure.stage(index));
    }

    @Override
    public void resume() {
        exchange.pressure().resumeRequest(BackPressure.stage(index));
    }

    @Override
    public void reply(LocalReply reply) {
        chain.entry(index).meters().replied();
        exchange.reply(reply);
    }

    @Override
    public StreamedReply reply(ResponseHead head, boolean end) {
        chain.entry(index).meters().replied();
        return exchange.answer().streamReply(head, end);
    }

    @Override
    public void reroute() {
        if (!headPassed) {
            chain.reroute(index);
        }
    }

    void end() {
        BodyCollector collecting = collector;
        if (collecting != null) {
            collecting.discard();
        }
        session.onEnd();
    }
}
