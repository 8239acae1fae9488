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
final class ResponseStage extends GatheringStage implements ResponseFlow {

    private final ExchangeRunner exchange;
    private final ChainRunner chain;
    private final int index;
    private final StreamSession session;
    private @Nullable BodyDemand demand;
    private boolean headPassed;
    private long offeredNanos;

    ResponseStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        super(exchange);
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
        this.session = session;
    }

    /** Asked as late as possible: a session may decide by what it saw of the request. */
    @Override
    BodyDemand demand() {
        BodyDemand asked = demand;
        if (asked == null) {
            asked = session.responseDemand();
            demand = asked;
        }
        return asked;
    }

    /** A local reply comes in one piece anyway, and must not fail for being longer than a filter asked for. */
    @Override
    boolean isGathered() {
        return exchange.answer().currentResponse().cause().isEmpty();
    }

    @Override
    void offerHeadToSession(boolean end) {
        offeredNanos = exchange.isTraced() ? exchange.nanoTime() : 0;
        session.onResponseHead(exchange.answer().currentResponse(), end, this);
    }

    @Override
    void offerDataToSession(HttpData data, boolean end) {
        session.onResponseData(data, end, this);
    }

    @Override
    void offerTrailersToSession(HttpHeaders trailers) {
        session.onResponseTrailers(trailers, this);
    }

    @Override
    void refuse(long maxBytes) {
        exchange.answer().replace(LocalReplies.responseTooLarge(maxBytes));
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
            if (exchange.isTraced()) {
                exchange.step(chain.entry(index), "lets the response pass", exchange.nanoTime() - offeredNanos);
            }
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
        if (exchange.isTraced()) {
            exchange.step(
                    chain.entry(index),
                    "answers " + reply.status() + " in place of the response",
                    exchange.nanoTime() - offeredNanos);
        }
        exchange.answer().replace(reply);
    }
}
