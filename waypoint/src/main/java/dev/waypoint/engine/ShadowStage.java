package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import org.jspecify.annotations.Nullable;

/**
 * A session that runs in shadow: it gets copies of everything, and whatever it does goes nowhere but into counters. The message
 * itself passes by at once.
 */
final class ShadowStage implements ChainDirection.Stage {

    private final ExchangeRunner exchange;
    private final ChainRunner chain;
    private final int index;
    private final StreamSession session;
    private final RequestSink requestSink = new RequestSink();
    private final ResponseHalf response = new ResponseHalf();

    ShadowStage(ExchangeRunner exchange, ChainRunner chain, int index, StreamSession session) {
        this.exchange = exchange;
        this.chain = chain;
        this.index = index;
        this.session = session;
    }

    ChainDirection.Stage response() {
        return response;
    }

    @Override
    public void end() {
        session.onEnd();
    }

    private static HttpData copyOf(HttpData data) {
        return data.isEmpty() ? HttpData.empty() : HttpData.copyOf(data.array());
    }

    @Override
    public boolean wantsBody() {
        return true;
    }

    @Override
    public void offerHead(boolean end) {
        RequestHead copy = exchange.request().copy();
        requestSink.head = copy;
        session.onRequestHead(copy, end, requestSink);
        chain.request().advance(index + 1, end);
    }

    @Override
    public void offerData(HttpData data, boolean end) {
        session.onRequestData(copyOf(data), end, requestSink);
        chain.request().deliver(index + 1, data, end);
    }

    @Override
    public void offerTrailers(HttpHeaders trailers) {
        session.onRequestTrailers(trailers, requestSink);
        chain.request().deliver(index + 1, trailers);
    }

    @Override
    public void offerWritable() {}

    private void wouldReply(int status) {
        chain.entry(index).meters().shadowReplied();
        exchange.note(chain.entry(index).name(), "shadow: would have answered " + status);
    }

    /** The response direction. */
    private final class ResponseHalf implements ChainDirection.Stage {
        private final ResponseSink sink = new ResponseSink();

        @Override
        public boolean wantsBody() {
            return true;
        }

        private int next() {
            return chain.response().position(index) + 1;
        }

        @Override
        public void offerHead(boolean end) {
            sink.head = exchange.answer().copyOfResponse();
            session.onResponseHead(sink.head, end, sink);
            chain.response().advance(next(), end);
        }

        @Override
        public void offerData(HttpData data, boolean end) {
            session.onResponseData(copyOf(data), end, sink);
            chain.response().deliver(next(), data, end);
        }

        @Override
        public void offerTrailers(HttpHeaders trailers) {
            session.onResponseTrailers(trailers, sink);
            chain.response().deliver(next(), trailers);
        }

        @Override
        public void offerWritable() {}
    }

    /** Takes what the session lets go, to nowhere. */
    private final class RequestSink extends Nowhere implements RequestFlow {
        private @Nullable RequestHead head;

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
            return new StreamedReply() {
                @Override
                public void data(HttpData data, boolean last) {
                    data.close();
                }

                @Override
                public void trailers(HttpHeaders trailers) {}

                @Override
                public void abort() {}
            };
        }

        @Override
        public void reroute() {
            chain.entry(index).meters().rerouted();
        }
    }

    /** Takes what the session lets go, to nowhere. */
    private final class ResponseSink extends Nowhere implements ResponseFlow {
        private ResponseHead head = new ResponseHead(200, HttpHeaders.builder());

        @Override
        public ResponseHead current() {
            return head;
        }

        @Override
        public void head(boolean end) {}

        @Override
        public void reply(LocalReply reply) {
            wouldReply(reply.status());
        }
    }
}
