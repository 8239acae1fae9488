package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** One request to an HTTP/2 endpoint. */
final class Http2Call extends PooledCall {

    private final boolean upgrade;
    private @Nullable RequestHead unsent;
    private @Nullable Http2ClientConnection connection;
    private @Nullable Http2Stream stream;
    private boolean heard;
    private boolean headCame;
    private int held;

    Http2Call(Http2Pool pool, RequestHead head, boolean end, ResponseEvents events) {
        super(pool, events, end);
        this.upgrade = !head.upgrade().isEmpty();
        this.unsent = head;
    }

    boolean isUpgrade() {
        return upgrade;
    }

    boolean heard() {
        return heard;
    }

    @Override
    void keepHead() {
        RequestHead head = unsent;
        if (head != null) {
            unsent = head.copy();
        }
    }

    /** The call gets a stream. The head is written here, as its owner may change it later. */
    void begin(Http2ClientConnection carrier, Http2Stream opened) {
        clearPending();
        connection = carrier;
        stream = opened;
    }

    /** The head as it goes out, once. */
    Http2Headers takeHead() {
        RequestHead head = unsent;
        unsent = null;
        if (head == null) {
            throw new IllegalStateException("the head was sent before");
        }
        String scheme = pool().target().tls().isPresent() ? "https" : "http";
        if (!upgrade) {
            return HeadView.request(head.method(), scheme, head.authority(), head.path(), head.headers());
        }
        HttpHeaders without = head.headers().build().toBuilder()
                .removeAndThen(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                .removeAndThen(HttpHeaderNames.CONTENT_LENGTH)
                .build();
        return HeadView.connect(head.upgrade(), scheme, head.authority(), head.path(), without);
    }

    /** A head or trailers came. */
    void head(DecodedHead head, boolean end, int streamId) throws Http2Exception {
        heard = true;
        if (headCame) {
            if (!end || head.hasPseudo()) {
                throw Http2Exception.streamError(
                        streamId, Http2Error.PROTOCOL_ERROR, "headers in the middle of a body");
            }
            head.regular().remove(HttpHeaderNames.CONTENT_LENGTH);
            HttpHeaders trailers = head.regular().build();
            ResponseEvents receiver = events();
            responseEnded();
            receiver.onTrailers(trailers);
            return;
        }
        int status = head.statusCode();
        if (status == 0 || status == 101) {
            throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, ":status is no status of HTTP/2");
        }
        if (status < 200) {
            if (status != 100) {
                events().onInformational(new ResponseHead(status, head.regular()));
            }
            return;
        }
        headCame = true;
        boolean agreed = upgrade && status < 300;
        ResponseHead response = new ResponseHead(agreed ? 101 : status, head.regular());
        if (upgrade && !agreed) {
            endRequest();
        }
        if (end && !agreed) {
            ResponseEvents receiver = events();
            responseEnded();
            receiver.onHead(response, true);
        } else {
            events().onHead(response, false);
            if (end) {
                data(HttpData.empty(), true, 0);
            }
        }
    }

    /** Data came; returns how many of its bytes may be given back to the endpoint's window at once. */
    int data(HttpData data, boolean end, int length) {
        heard = true;
        if (isDone()) {
            data.close();
            return length;
        }
        boolean wait = paused() && !end;
        if (wait) {
            held += length;
        }
        ResponseEvents receiver = events();
        if (end) {
            responseEnded();
        }
        receiver.onData(data, end);
        return wait ? 0 : length;
    }

    private void responseEnded() {
        if (upgrade && !requestEnded()) {
            return;
        }
        boolean early = !requestEnded();
        finish();
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        if (early && carrier != null && opened != null) {
            carrier.stopRequest(opened);
        }
    }

    @Override
    void send(HttpData data, boolean end) {
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        if (carrier == null || opened == null) {
            data.close();
        } else {
            carrier.writeData(opened, data, end);
        }
    }

    @Override
    void sendTrailers(HttpHeaders trailers) {
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        if (carrier != null && opened != null) {
            carrier.writeTrailers(opened, trailers);
        }
    }

    @Override
    void cancel(ResetCode code) {
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        if (carrier != null && opened != null) {
            carrier.reset(opened, code.code());
        }
    }

    @Override
    boolean connectionWritable() {
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        return carrier == null || opened == null || carrier.isWritable(opened);
    }

    @Override
    void applyPause(boolean pausing) {
        Http2ClientConnection carrier = connection;
        Http2Stream opened = stream;
        if (!pausing && held > 0 && carrier != null && opened != null) {
            int bytes = held;
            held = 0;
            carrier.consumed(opened, bytes);
        }
    }

    /** The endpoint reset the stream. */
    void resetByPeer(ResetCode code) {
        Kind kind = code == ResetCode.REFUSED_STREAM ? Kind.REFUSED : Kind.RESET;
        fail(new UpstreamFailure(kind, code, "the endpoint reset the stream with " + code));
    }
}
