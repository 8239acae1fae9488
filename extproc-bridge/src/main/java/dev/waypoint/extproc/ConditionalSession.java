package dev.waypoint.extproc;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.BodyDemand;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filters.RequestMatcher;
import org.jspecify.annotations.Nullable;

/**
 * One exchange of a filter that some requests concern only. Whether this one does is decided when its head comes by, with what
 * earlier filters made of it; for an answer that was given before that, when the answer comes by.
 */
final class ConditionalSession implements StreamSession {

    private static final StreamSession PASSAGE = new StreamSession() {};

    private final StreamSession session;
    private final RequestMatcher when;
    private final Exchange exchange;
    private @Nullable StreamSession chosen;

    ConditionalSession(StreamSession session, RequestMatcher when, Exchange exchange) {
        this.session = session;
        this.when = when;
        this.exchange = exchange;
    }

    private StreamSession chosen() {
        StreamSession known = chosen;
        if (known == null) {
            known = when.matches(exchange.request(), exchange) ? session : PASSAGE;
            chosen = known;
        }
        return known;
    }

    @Override
    public BodyDemand requestDemand() {
        return session.requestDemand();
    }

    @Override
    public BodyDemand responseDemand() {
        return session.responseDemand();
    }

    @Override
    public void onRequestHead(RequestHead head, boolean end, RequestFlow flow) {
        chosen().onRequestHead(head, end, flow);
    }

    @Override
    public void onRequestData(HttpData data, boolean end, RequestFlow flow) {
        chosen().onRequestData(data, end, flow);
    }

    @Override
    public void onRequestTrailers(HttpHeaders trailers, RequestFlow flow) {
        chosen().onRequestTrailers(trailers, flow);
    }

    @Override
    public void onRequestWritable(RequestFlow flow) {
        chosen().onRequestWritable(flow);
    }

    @Override
    public void onResponseHead(ResponseHead head, boolean end, ResponseFlow flow) {
        chosen().onResponseHead(head, end, flow);
    }

    @Override
    public void onResponseData(HttpData data, boolean end, ResponseFlow flow) {
        chosen().onResponseData(data, end, flow);
    }

    @Override
    public void onResponseTrailers(HttpHeaders trailers, ResponseFlow flow) {
        chosen().onResponseTrailers(trailers, flow);
    }

    @Override
    public void onResponseWritable(ResponseFlow flow) {
        chosen().onResponseWritable(flow);
    }

    @Override
    public void onEnd() {
        session.onEnd();
    }
}
