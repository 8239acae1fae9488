package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** One request of a client, between Armeria's streams and the engine. Confined to the connection's event loop. */
final class DownstreamExchange implements Downstream, Subscriber<HttpObject>, DownstreamConnection.OpenExchange {

    private final DownstreamConnection connection;
    private final HttpRequest request;
    private final RawHead raw;
    private final ResponseStream response;
    private @Nullable RequestEvents events;
    private @Nullable Subscription body;
    private long bodyLeft = -1;
    private boolean asked;
    private boolean paused;
    private boolean requestEnded;
    private boolean headWritten;
    private boolean over;
    private boolean closeAfter;

    DownstreamExchange(DownstreamConnection connection, HttpRequest request, RawHead raw) {
        this.connection = connection;
        this.request = request;
        this.raw = raw;
        this.response = new ResponseStream(this);
    }

    EventLoop loop() {
        return connection.channel().eventLoop();
    }

    @Override
    public int streamId() {
        return raw.streamId();
    }

    /** Brings the request to the engine. */
    HttpResponse start() {
        connection.answering();
        if (raw.refusal() != 0) {
            return refuse();
        }
        connection.opened(this);
        RequestHead head = new RequestHead(
                raw.method(), connection.scheme(), raw.authority(), raw.target(), Heads.copy(request.headers()));
        head.upgrade(raw.upgrade());
        boolean end = request.isEmpty();
        requestEnded = end;
        bodyLeft = request.headers().contentLength();
        events = connection.listener().receiver().onRequest(connection.facts(raw.version()), loop(), head, end, this);
        if (!end) {
            request.subscribe(this, loop(), SubscriptionOption.WITH_POOLED_OBJECTS);
        }
        return response;
    }

    private HttpResponse refuse() {
        over = true;
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.valueOf(raw.refusal()));
        headers.setInt(HttpHeaderNames.CONTENT_LENGTH, 0).endOfStream(true);
        if (raw.refusal() != HeadRules.METHOD_NOT_ALLOWED) {
            headers.set(HttpHeaderNames.CONNECTION, "close");
        }
        response.push(headers.build());
        response.finish();
        return response;
    }

    // The request.

    @Override
    public void onSubscribe(Subscription subscription) {
        body = subscription;
        ask();
    }

    private void ask() {
        Subscription from = body;
        if (from != null && !asked && !paused && !requestEnded) {
            asked = true;
            from.request(1);
        }
    }

    @Override
    public void onNext(HttpObject object) {
        asked = false;
        RequestEvents to = events;
        if (object instanceof HttpData data) {
            if (over || requestEnded || to == null) {
                data.close();
                return;
            }
            bodyLeft -= data.length();
            requestEnded = bodyLeft == 0 || data.isEndOfStream();
            to.onData(data, requestEnded);
        } else if (object instanceof HttpHeaders trailers && !over && to != null) {
            requestEnded = true;
            to.onTrailers(trailers);
        }
        // Also after the last piece: the stream completes only when it is asked.
        Subscription from = body;
        if (requestEnded && from != null) {
            from.request(1);
        } else {
            ask();
        }
    }

    @Override
    public void onComplete() {
        RequestEvents to = events;
        if (!requestEnded && to != null) {
            requestEnded = true;
            if (!over) {
                to.onData(HttpData.empty(), true);
            }
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (!requestEnded) {
            requestEnded = true;
            onGone(ResetCode.CANCEL);
        }
    }

    /** Armeria gave the response up: the client went away. */
    void onGone() {
        onGone(ResetCode.CANCEL);
    }

    @Override
    public void onGone(ResetCode code) {
        if (over) {
            return;
        }
        finish();
        RequestEvents to = events;
        if (to != null) {
            to.onReset(code);
        }
        response.fail(CancelledSubscriptionException.get());
    }

    private void finish() {
        over = true;
        connection.ended(this);
    }

    // The response.

    void onResponseDone() {
        connection.answered();
    }

    void onResponseDrained() {
        RequestEvents to = events;
        if (!over && to != null) {
            to.onWritable();
        }
    }

    @Override
    public void informational(ResponseHead head) {
        if (!over && !headWritten) {
            response.push(ResponseHeaders.builder(HttpStatus.valueOf(head.status()))
                    .add(head.headers())
                    .build());
        }
    }

    @Override
    public void head(ResponseHead head, boolean end) {
        if (over || headWritten) {
            return;
        }
        headWritten = true;
        boolean agreed = head.status() == 101;
        ResponseHeadersBuilder headers = ResponseHeaders.builder();
        headers.sizeHint(head.headers().size() + 2);
        headers.status(HttpStatus.valueOf(agreed ? 200 : head.status()));
        headers.add(head.headers());
        if (agreed) {
            headers.remove("sec-websocket-accept");
        }
        if (closeAfter && raw.version() != Http.HTTP_2) {
            headers.set(HttpHeaderNames.CONNECTION, "close");
        }
        boolean last = end || raw.method().equals("HEAD");
        headers.endOfStream(last);
        if (last) {
            finish();
        }
        response.push(headers.build());
        if (last) {
            response.finish();
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (over) {
            data.close();
        } else if (end) {
            finish();
            response.push(data.withEndOfStream());
            response.finish();
        } else if (data.isEmpty()) {
            data.close();
        } else {
            response.push(data);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        if (!over) {
            finish();
            response.push(trailers);
            response.finish();
        }
    }

    @Override
    public void reset(ResetCode code) {
        if (!over) {
            finish();
            connection.reset(raw.streamId(), code);
            response.fail(CancelledSubscriptionException.get());
        }
    }

    @Override
    public boolean isWritable() {
        return response.hasRoom();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        ask();
    }

    @Override
    public void closeAfter() {
        closeAfter = true;
        if (headWritten || raw.version() == Http.HTTP_2) {
            connection.closeAfter();
        }
    }
}
