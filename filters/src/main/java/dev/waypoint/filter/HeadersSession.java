package dev.waypoint.filter;

/** A filter of heads as a session that asks for no bodies. */
final class HeadersSession implements StreamSession {

    private final HeadersFilter filter;
    private final Exchange exchange;

    HeadersSession(HeadersFilter filter, Exchange exchange) {
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
                                        flow.reply(LocalReply.of(500, ReplyCause.INTERNAL, "filter_failed"));
                                    }
                                },
                                exchange.eventLoop());
        }
    }

    @Override
    public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        filter.onResponse(head, exchange);
        flow.head(end);
    }
}
