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

/** A session's place in the request direction: offers it what comes and passes on what it lets go. */
final class RequestStage extends GatheringStage implements RequestFlow {

    private final ExchangeRunner exchange;
    private final ChainRunner chain;
    private final int index;
    private final StreamSession session;
    private final BodyDemand demand;
    private boolean headPassed;
    private long offeredNanos;

    RequestStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        super(exchange);
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
        this.session = session;
        this.demand = session.requestDemand();
    }

    @Override
    BodyDemand demand() {
        return demand;
    }

    @Override
    boolean isGathered() {
        return true;
    }

    @Override
    void offerHeadToSession(boolean end) {
        offeredNanos = exchange.isTraced() ? exchange.nanoTime() : 0;
        session.onRequestHead(exchange.request(), end, this);
    }

    @Override
    void offerDataToSession(HttpData data, boolean end) {
        session.onRequestData(data, end, this);
    }

    @Override
    void offerTrailersToSession(HttpHeaders trailers) {
        session.onRequestTrailers(trailers, this);
    }

    @Override
    void refuse(long maxBytes) {
        exchange.reply(LocalReplies.bodyTooLarge(maxBytes));
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
            if (exchange.isTraced()) {
                exchange.step(chain.entry(index), "lets the request pass", exchange.nanoTime() - offeredNanos);
            }
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
        answers(reply.status());
        exchange.reply(reply);
    }

    @Override
    public StreamedReply reply(ResponseHead head, boolean end) {
        chain.entry(index).meters().replied();
        answers(head.status());
        return exchange.answer().streamReply(head, end);
    }

    private void answers(int status) {
        if (exchange.isTraced()) {
            exchange.step(chain.entry(index), "answers " + status, exchange.nanoTime() - offeredNanos);
        }
    }

    @Override
    public void reroute() {
        if (!headPassed) {
            chain.reroute(index);
        }
    }

    @Override
    public void end() {
        super.end();
        session.onEnd();
    }
}
