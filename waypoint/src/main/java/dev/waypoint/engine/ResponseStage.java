package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import org.jspecify.annotations.Nullable;

/** A session's place in the response direction. */
final class ResponseStage implements ChainDirection.Stage, ResponseFlow {

    private final ExchangeRunner exchange;
    private final ChainRunner chain;
    private final int index;
    private final StreamSession session;
    private @Nullable BodyDemand demand;
    private @Nullable BodyCollector collector;
    private boolean headPassed;

    ResponseStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
        this.session = session;
    }

    /** Asked as late as possible: a session may decide by what it saw of the request. */
    private BodyDemand demand() {
        BodyDemand asked = demand;
        if (asked == null) {
            asked = session.responseDemand();
            demand = asked;
        }
        return asked;
    }

    @Override
    public boolean wantsBody() {
        return !(demand() instanceof BodyDemand.None);
    }

    @Override
    public void offerHead(boolean end) {
        boolean local = exchange.answer().currentResponse().cause().isPresent();
        // A local reply comes in one piece anyway, and must not fail for being longer than a filter asked for.
        if (demand() instanceof BodyDemand.Whole && !end && !local) {
            collector = new BodyCollector();
            return;
        }
        session.onResponseHead(exchange.answer().currentResponse(), end, this);
    }

    @Override
    public void offerData(HttpData data, boolean end) {
        BodyCollector collecting = collector;
        if (collecting == null || !(demand() instanceof BodyDemand.Whole whole)) {
            session.onResponseData(data, end, this);
            return;
        }
        collecting.add(data);
        if (collecting.bytes() > whole.maxBytes()) {
            if (whole.overflow() == BodyDemand.Overflow.REJECT) {
                collecting.discard();
                exchange.answer().replace(LocalReplies.responseTooLarge(whole.maxBytes()));
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
        session.onResponseHead(exchange.answer().currentResponse(), empty, this);
        if (!empty && !exchange.isOver()) {
            session.onResponseData(body, end, this);
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
            session.onResponseHead(exchange.answer().currentResponse(), false, this);
            if (exchange.isOver() || body.isEmpty()) {
                body.close();
            } else {
                session.onResponseData(body, false, this);
            }
        }
        if (!exchange.isOver()) {
            session.onResponseTrailers(trailers, this);
        }
    }

    @Override
    public void offerWritable() {
        session.onResponseWritable(this);
    }

    @Override
    public ResponseHead current() {
        return exchange.answer().currentResponse();
    }

    private int position() {
        return chain.response().position(index);
    }

    @Override
    public void head(boolean end) {
        if (!headPassed && !exchange.isOver()) {
            headPassed = true;
            chain.response().advance(position() + 1, end);
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (exchange.isOver()) {
            data.close();
        } else {
            chain.response().deliver(position() + 1, data, end);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        if (!exchange.isOver()) {
            chain.response().deliver(position() + 1, trailers);
        }
    }

    @Override
    public boolean isWritable() {
        return exchange.pressure().isResponseWritable();
    }

    @Override
    public void pause() {
        exchange.pressure().pauseResponse(BackPressure.stage(index));
    }

    @Override
    public void resume() {
        exchange.pressure().resumeResponse(BackPressure.stage(index));
    }

    @Override
    public void reply(LocalReply reply) {
        exchange.answer().replace(reply);
    }

    void end() {
        BodyCollector collecting = collector;
        if (collecting != null) {
            collecting.discard();
        }
    }
}
