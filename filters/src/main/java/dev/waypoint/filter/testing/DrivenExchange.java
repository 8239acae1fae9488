package dev.waypoint.filter.testing;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestFlow;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseFlow;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.StreamSession;
import dev.waypoint.filter.StreamedReply;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One exchange that a test drives through a filter. The {@code send…} and {@code respond…} methods are what comes. */
public final class DrivenExchange extends FakeExchange {

    private final HandRunExecutor loop;
    private final PassedOn<RequestHead> toUpstream = new PassedOn<>();
    private final PassedOn<ResponseHead> toClient = new PassedOn<>();
    private final StreamSession session;
    private final RequestSide requestSide = new RequestSide();
    private final ResponseSide responseSide = new ResponseSide();
    private final Direction requestDirection = new Direction(toUpstream, new RequestOffers());
    private final Direction responseDirection = new Direction(toClient, new ResponseOffers());
    private @Nullable LocalReply reply;
    private int reroutes;
    private boolean reset;
    private boolean requestWritable = true;
    private boolean responseWritable = true;

    DrivenExchange(
            HttpFilter filter,
            RequestHead request,
            HandRunExecutor loop,
            ConnectionFacts connection,
            InetAddress client) {
        super(request, loop, connection, client);
        this.loop = loop;
        this.session = StreamSession.of(filter, this);
    }

    /** Says which route was matched. */
    public DrivenExchange withRoute(MatchedRoute matched) {
        route(matched);
        return this;
    }

    /** Sends the request's head. */
    public DrivenExchange sendHead(boolean end) {
        requestDirection.head(session.requestDemand(), end);
        loop.run();
        return this;
    }

    /** Sends a piece of the request's body. */
    public DrivenExchange sendData(HttpData data, boolean end) {
        requestDirection.data(data, end);
        loop.run();
        return this;
    }

    /** Sends a piece of the request's body. */
    public DrivenExchange sendData(String text, boolean end) {
        return sendData(HttpData.ofUtf8(text), end);
    }

    /** Ends the request with trailers, given as name, value, name, value. */
    public DrivenExchange sendTrailers(String... pairs) {
        requestDirection.trailers(pairs);
        loop.run();
        return this;
    }

    /** Responds with a head as an upstream would; headers are given as name, value, name, value. */
    public DrivenExchange respondHead(int status, boolean end, String... pairs) {
        return respondHead(new ResponseHead(status, Direction.headers(pairs)), end);
    }

    /** Responds with a head, for instance that of another filter's local reply. */
    public DrivenExchange respondHead(ResponseHead head, boolean end) {
        response(head);
        responseDirection.head(session.responseDemand(), end);
        loop.run();
        return this;
    }

    /** Responds with a piece of the body. */
    public DrivenExchange respondData(HttpData data, boolean end) {
        responseDirection.data(data, end);
        loop.run();
        return this;
    }

    /** Responds with a piece of the body. */
    public DrivenExchange respondData(String text, boolean end) {
        return respondData(HttpData.ofUtf8(text), end);
    }

    /** Ends the response with trailers, given as name, value, name, value. */
    public DrivenExchange respondTrailers(String... pairs) {
        responseDirection.trailers(pairs);
        loop.run();
        return this;
    }

    /** Says whether the upstream takes more; the filter is told when it does again. */
    public DrivenExchange upstreamWritable(boolean value) {
        boolean again = value && !requestWritable;
        requestWritable = value;
        if (again) {
            session.onRequestWritable(requestSide);
        }
        return this;
    }

    /** Says whether the client takes more; the filter is told when it does again. */
    public DrivenExchange clientWritable(boolean value) {
        boolean again = value && !responseWritable;
        responseWritable = value;
        if (again) {
            session.onResponseWritable(responseSide);
        }
        return this;
    }

    /** Ends the exchange. */
    public void end() {
        session.onEnd();
        ended();
        loop.run();
    }

    /** What the filter passed on towards the upstream. */
    public PassedOn<RequestHead> toUpstream() {
        return toUpstream;
    }

    /** What the filter passed on towards the client; local replies are in {@link #reply} instead. */
    public PassedOn<ResponseHead> toClient() {
        return toClient;
    }

    /** The head that went to the upstream. */
    public RequestHead forwarded() {
        return toUpstream
                .head()
                .orElseThrow(() -> new AssertionError("the filter did not pass the request on; its reply is " + reply));
    }

    /** The head that went to the client. */
    public ResponseHead responded() {
        return toClient.head().orElseThrow(() -> new AssertionError("the filter did not pass the response on"));
    }

    /** The filter's answer in place of the upstream's. */
    public LocalReply replied() {
        return reply().orElseThrow(
                        () -> new AssertionError("the filter did not answer; it passed on " + toUpstream.head()));
    }

    /** The filter's answer, if it gave one. */
    public Optional<LocalReply> reply() {
        return Optional.ofNullable(reply);
    }

    /** How often the filter asked to match the route again. */
    public int reroutes() {
        return reroutes;
    }

    /** Whether the filter had the exchange reset. */
    public boolean isReset() {
        return reset;
    }

    /** Whether the filter holds the request back. */
    public boolean isRequestPaused() {
        return requestDirection.isPaused();
    }

    /** Whether the filter holds the response back. */
    public boolean isResponsePaused() {
        return responseDirection.isPaused();
    }

    private void answer(LocalReply answer) {
        if (toClient.head().isPresent()) {
            reset = true;
        } else if (reply != null) {
            throw new AssertionError("the filter answered twice: " + reply + ", then " + answer);
        } else {
            reply = answer;
        }
        requestDirection.close();
        responseDirection.close();
    }

    private final class RequestSide implements RequestFlow {
        @Override
        public RequestHead current() {
            return request();
        }

        @Override
        public void head(boolean end) {
            toUpstream.head(request(), end);
            requestDirection.headPassed();
        }

        @Override
        public void data(HttpData data, boolean end) {
            toUpstream.data(data, end);
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            toUpstream.trailers(trailers);
        }

        @Override
        public boolean isWritable() {
            return requestWritable;
        }

        @Override
        public void pause() {
            requestDirection.pause(true);
        }

        @Override
        public void resume() {
            requestDirection.pause(false);
        }

        @Override
        public void reply(LocalReply answer) {
            requestDirection.close();
            answer(answer);
        }

        @Override
        public StreamedReply reply(ResponseHead head, boolean end) {
            toClient.head(head, end);
            responseDirection.close();
            return new Streamed();
        }

        @Override
        public void reroute() {
            reroutes++;
        }
    }

    private final class ResponseSide implements ResponseFlow {
        @Override
        public ResponseHead current() {
            return response()
                    .orElseThrow(() -> new AssertionError("the filter asked for the response's head before it came"));
        }

        @Override
        public void head(boolean end) {
            toClient.head(current(), end);
            responseDirection.headPassed();
        }

        @Override
        public void data(HttpData data, boolean end) {
            toClient.data(data, end);
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            toClient.trailers(trailers);
        }

        @Override
        public boolean isWritable() {
            return responseWritable;
        }

        @Override
        public void pause() {
            responseDirection.pause(true);
        }

        @Override
        public void resume() {
            responseDirection.pause(false);
        }

        @Override
        public void reply(LocalReply answer) {
            answer(answer);
        }
    }

    private final class Streamed implements StreamedReply {
        @Override
        public void data(HttpData data, boolean end) {
            toClient.data(data, end);
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            toClient.trailers(trailers);
        }

        @Override
        public void abort() {
            reset = true;
        }
    }

    private final class RequestOffers implements Direction.Receiver {
        @Override
        public void head(boolean end) {
            session.onRequestHead(request(), end, requestSide);
        }

        @Override
        public void data(HttpData data, boolean end) {
            session.onRequestData(data, end, requestSide);
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            session.onRequestTrailers(trailers, requestSide);
        }

        @Override
        public void tooLarge() {
            answer(LocalReply.of(413, ReplyCause.BODY_TOO_LARGE, "request_body_too_large"));
        }
    }

    private final class ResponseOffers implements Direction.Receiver {
        @Override
        public void head(boolean end) {
            session.onResponseHead(responseSide.current(), end, responseSide);
        }

        @Override
        public void data(HttpData data, boolean end) {
            session.onResponseData(data, end, responseSide);
        }

        @Override
        public void trailers(HttpHeaders trailers) {
            session.onResponseTrailers(trailers, responseSide);
        }

        @Override
        public void tooLarge() {
            answer(LocalReply.of(500, ReplyCause.BODY_TOO_LARGE, "response_body_too_large"));
        }
    }
}
