package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * The place of a session that runs in shadow in one direction: it gets copies of everything, and whatever it lets go goes nowhere
 * but into counters. The message itself passes by at once.
 */
abstract class ShadowStage implements ChainDirection.Stage {

    final ExchangeRunner exchange;
    final ChainRunner chain;
    final int index;

    ShadowStage(ExchangeRunner exchange, ChainRunner chain, int index) {
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
    }

    static HttpData copyOf(HttpData data) {
        return data.isEmpty() ? HttpData.empty() : HttpData.copyOf(data.array());
    }

    final void wouldReply(int status) {
        chain.entry(index).meters().shadowReplied();
        exchange.note(chain.entry(index).name(), "shadow: would have answered " + status);
    }

    @Override
    public final boolean wantsBody() {
        return true;
    }

    @Override
    public final void offerWritable() {}

    /** Takes what the session passes on, as its flow in either direction. */
    public final void data(HttpData data, boolean end) {
        data.close();
    }

    public final void trailers(HttpHeaders trailers) {}

    public final boolean isWritable() {
        return true;
    }

    public final void pause() {}

    public final void resume() {}
}
