package dev.waypoint.filter.testing;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.Verdict;

/** Runs a headers filter as if it were a session that takes no bodies. */
final class HeadersSession implements StreamSession {

    private final HeadersFilter filter;
    private final DrivenExchange exchange;

    HeadersSession(HeadersFilter filter, DrivenExchange exchange) {
        this.filter = filter;
        this.exchange = exchange;
    }

    @Override
    public BodyDemand requestDemand() {
        return BodyDemand.none();
    }

    @Override
    public BodyDemand responseDemand() {
        return BodyDemand.none();
    }

    @Override
    public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
        obey(filter.onRequest(head, exchange), end, flow);
    }

    private void obey(Verdict verdict, boolean end, RequestFlow flow) {
        switch (verdict) {
            case Verdict.Next _ -> flow.head(end);
            case Verdict.Reply reply -> flow.reply(reply.reply());
            case Verdict.Reroute _ -> {
                flow.reroute();
                flow.head(end);
            }
            case Verdict.Later later ->
                later.outcome()
                        .whenCompleteAsync(
                                (outcome, failure) -> {
                                    if (failure == null) {
                                        obey(outcome, end, flow);
                                    } else {
                                        flow.reply(LocalReply.of(500, ReplyCause.INTERNAL, "filter_failed:" + failure));
                                    }
                                },
                                exchange.eventLoop());
        }
    }

    @Override
    public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
        throw new AssertionError("a headers filter takes no data");
    }

    @Override
    public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
        throw new AssertionError("a headers filter takes no trailers");
    }

    @Override
    public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        filter.onResponse(head, exchange);
        flow.head(end);
    }
}
