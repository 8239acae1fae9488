package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;

/** One exchange on an HTTP/2 connection: writes the response to its stream. */
final class Http2Exchange implements Downstream {

    private final Http2ServerConnection connection;
    private final Http2Stream stream;
    private final boolean upgrade;
    private final boolean isHead;
    private RequestEvents events = Ignored.INSTANCE;
    private boolean requestEnded;
    private boolean owesContinue;
    private boolean headWritten;
    private boolean bodyless;
    private boolean ended;
    private boolean paused;
    private int held;

    Http2Exchange(
            Http2ServerConnection connection,
            Http2Stream stream,
            boolean upgrade,
            boolean isHead,
            boolean requestEnded) {
        this.connection = connection;
        this.stream = stream;
        this.upgrade = upgrade;
        this.isHead = isHead;
        this.requestEnded = requestEnded;
    }

    void start(RequestEvents receiver, boolean asksForContinue) {
        if (!ended) {
            events = receiver;
            owesContinue = asksForContinue;
            sendContinue();
        }
    }

    private void sendContinue() {
        if (owesContinue && !paused && !headWritten) {
            owesContinue = false;
            connection.writeHead(stream, HeadView.response(100, List.of()), false);
        }
    }

    /** Takes data; returns how many of its bytes may be given back to the client's window at once. */
    int requestData(HttpData data, boolean end) {
        int length = data.length();
        requestEnded |= end;
        boolean wait = paused;
        if (wait) {
            held += length;
        }
        events.onData(data, end);
        return wait ? 0 : length;
    }

    void requestTrailers(HttpHeadersBuilder trailers) {
        requestEnded = true;
        trailers.remove(HttpHeaderNames.CONTENT_LENGTH);
        events.onTrailers(trailers.build());
    }

    void writable() {
        events.onWritable();
    }

    @Override
    public void informational(ResponseHead head) {
        if (!ended && !headWritten) {
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            connection.writeHead(stream, HeadView.response(head.status(), head.headers()), false);
        }
    }

    @Override
    public void head(ResponseHead head, boolean end) {
        if (ended || headWritten) {
            return;
        }
        headWritten = true;
        owesContinue = false;
        int status = head.status();
        if (status == 101) {
            status = 200;
            head.headers().remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (upgrade) {
            requestEnded = true;
        }
        if (status == 204) {
            head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        }
        bodyless = isHead || status == 204 || status == 304;
        connection.writeHead(stream, HeadView.response(status, head.headers()), end);
        if (end) {
            finish();
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (ended || !headWritten) {
            data.close();
            return;
        }
        if (bodyless) {
            data.close();
            if (end) {
                connection.writeData(stream, HttpData.empty(), true);
            }
        } else {
            connection.writeData(stream, data, end);
        }
        if (end) {
            finish();
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        if (ended || !headWritten) {
            return;
        }
        connection.writeTrailers(stream, trailers);
        finish();
    }

    private void finish() {
        ended = true;
        if (!upgrade || requestEnded) {
            forget();
        }
    }

    /** Nothing of the request is of interest any more; what is held back is given to the client's window. */
    private void forget() {
        events = Ignored.INSTANCE;
        giveBack();
        paused = false;
    }

    private void giveBack() {
        if (held > 0) {
            int bytes = held;
            held = 0;
            connection.consumed(stream, bytes);
        }
    }

    @Override
    public void closeAfter() {
        connection.drain();
    }

    @Override
    public void reset(ResetCode code) {
        if (!ended || events != Ignored.INSTANCE) {
            ended = true;
            events = Ignored.INSTANCE;
            connection.reset(stream, code.code());
        }
    }

    @Override
    public boolean isWritable() {
        return ended || connection.isWritable(stream);
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            giveBack();
            sendContinue();
        }
    }

    /** The client reset the stream, or it ended otherwise. */
    void gone(ResetCode code) {
        RequestEvents receiver = events;
        events = Ignored.INSTANCE;
        ended = true;
        held = 0;
        receiver.onReset(code);
    }
}
