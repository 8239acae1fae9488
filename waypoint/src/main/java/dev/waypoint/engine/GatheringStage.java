package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyCollector;
import dev.waypoint.filter.BodyDemand;
import org.jspecify.annotations.Nullable;

/**
 * A session's place in one direction: offers it what comes, and gathers bodies for sessions that want them whole. A gathered body is
 * offered right after its head; whoever ends the exchange on seeing the head has it released.
 */
abstract class GatheringStage implements ChainDirection.Stage {

    private final ExchangeRunner exchange;
    private @Nullable BodyCollector collector;

    GatheringStage(ExchangeRunner exchange) {
        this.exchange = exchange;
    }

    /** What the session asked for; the same at each call. */
    abstract BodyDemand demand();

    /** Whether a message is gathered if the session asks for it whole. */
    abstract boolean isGathered();

    abstract void offerHeadToSession(boolean end);

    abstract void offerDataToSession(HttpData data, boolean end);

    abstract void offerTrailersToSession(HttpHeaders trailers);

    /** The body is longer than the session wants any to be. */
    abstract void refuse(long maxBytes);

    @Override
    public final boolean wantsBody() {
        return !(demand() instanceof BodyDemand.None);
    }

    @Override
    public final void offerHead(boolean end) {
        if (demand() instanceof BodyDemand.Whole && !end && isGathered()) {
            collector = new BodyCollector();
        } else {
            offerHeadToSession(end);
        }
    }

    @Override
    public final void offerData(HttpData data, boolean end) {
        BodyCollector collecting = collector;
        if (collecting == null || !(demand() instanceof BodyDemand.Whole whole)) {
            offerDataToSession(data, end);
            return;
        }
        collecting.add(data);
        boolean tooLong = collecting.bytes() > whole.maxBytes();
        if (tooLong && whole.overflow() == BodyDemand.Overflow.REJECT) {
            collecting.discard();
            refuse(whole.maxBytes());
        } else if (tooLong || end) {
            deliver(collecting, end);
        }
    }

    @Override
    public final void offerTrailers(HttpHeaders trailers) {
        BodyCollector collecting = collector;
        if (collecting != null) {
            deliver(collecting, false);
        }
        if (!exchange.isOver()) {
            offerTrailersToSession(trailers);
        }
    }

    /** @param end whether the message ends with what was gathered */
    private void deliver(BodyCollector collecting, boolean end) {
        collector = null;
        HttpData body = collecting.take();
        boolean empty = body.isEmpty();
        offerHeadToSession(empty && end);
        if (empty || exchange.isOver()) {
            body.close();
        } else {
            offerDataToSession(body, end);
        }
    }

    @Override
    public void end() {
        BodyCollector collecting = collector;
        if (collecting != null) {
            collecting.discard();
        }
    }
}
