package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import dev.waypoint.transport.WebSocketKeys;
import dev.waypoint.transport.netty.codec.Fragments;
import dev.waypoint.transport.netty.codec.Http1Head;
import dev.waypoint.transport.netty.codec.Http1HeadWriter;
import org.jspecify.annotations.Nullable;

/** One exchange on an HTTP/1 connection: writes the response. */
final class Http1Exchange implements Downstream {

    private enum Framing {
        NO_BODY,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE,
        RAW
    }

    private final Http1ServerConnection connection;
    private final Http1Output output;
    private final boolean isHead;
    private final boolean http10;
    private final boolean persistent;
    private final String upgrade;
    private final @Nullable String webSocketKey;
    private RequestEvents events = Ignored.INSTANCE;
    private Framing framing = Framing.NO_BODY;
    private long left;
    private boolean requestEnded;
    private boolean owesContinue;
    private boolean headWritten;
    private boolean ended;
    private boolean paused;
    private boolean close;

    Http1Exchange(
            Http1ServerConnection connection,
            Http1Head head,
            String upgrade,
            @Nullable String webSocketKey,
            boolean requestEnded) {
        this.connection = connection;
        this.output = connection.output();
        this.isHead = head.method().equals("HEAD");
        this.http10 = head.http10();
        this.persistent = head.persistent();
        this.upgrade = upgrade;
        this.webSocketKey = webSocketKey;
        this.requestEnded = requestEnded;
    }

    /** The engine took the request. */
    void start(RequestEvents receiver, boolean asksForContinue) {
        if (ended) {
            return;
        }
        events = receiver;
        owesContinue = asksForContinue;
        sendContinue();
    }

    RequestEvents events() {
        return events;
    }

    boolean paused() {
        return paused;
    }

    boolean headWritten() {
        return headWritten;
    }

    void requestEnded() {
        requestEnded = true;
    }

    private void sendContinue() {
        if (owesContinue && !paused && !headWritten) {
            owesContinue = false;
            output.buffer().writeBytes(Fragments.CONTINUE);
        }
    }

    @Override
    public void informational(ResponseHead head) {
        if (ended || headWritten || http10) {
            return;
        }
        Http1HeadWriter writer = connection.loop().headWriter().status(head.status());
        writer.headers(head.headers(), false);
        writer.end(output.buffer());
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
            switchProtocols(head);
            return;
        }
        if (!upgrade.isEmpty()) {
            requestEnded = true;
            connection.upgradeRefused();
        }
        boolean bodyless = status < 200 || status == 204;
        Http1HeadWriter writer = connection.loop().headWriter().status(status);
        boolean hasLength = writer.headers(head.headers(), !bodyless);
        chooseFraming(head, hasLength, end, bodyless || status == 304 || isHead);
        close |= !persistent || connection.draining() || framing == Framing.UNTIL_CLOSE;
        if (framing == Framing.CHUNKED) {
            writer.raw(Fragments.CHUNKED);
        } else if (end && !hasLength && !bodyless && status != 304 && !isHead) {
            writer.raw(Fragments.NO_LENGTH);
        }
        if (close) {
            writer.raw(Fragments.CONNECTION_CLOSE);
        } else if (http10) {
            writer.raw(Fragments.CONNECTION_KEEP_ALIVE);
        }
        writer.end(output.buffer());
        if (end) {
            finish();
        }
    }

    private void chooseFraming(ResponseHead head, boolean hasLength, boolean end, boolean without) {
        if (without) {
            framing = Framing.NO_BODY;
        } else if (hasLength) {
            framing = Framing.LENGTH;
            left = head.headers().contentLength();
        } else if (end) {
            framing = Framing.NO_BODY;
        } else {
            framing = http10 ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
        }
    }

    private void switchProtocols(ResponseHead head) {
        Http1HeadWriter writer = connection.loop().headWriter().status(101);
        writer.raw(Fragments.CONNECTION_UPGRADE);
        writer.header(HttpHeaderNames.UPGRADE, upgrade);
        writer.headers(head.headers(), false);
        String key = webSocketKey;
        if (key != null && !head.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT)) {
            writer.header(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, WebSocketKeys.accept(key));
        }
        writer.end(output.buffer());
        framing = Framing.RAW;
        connection.upgraded();
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (ended || !headWritten) {
            data.close();
            return;
        }
        switch (framing) {
            case NO_BODY -> data.close();
            case LENGTH -> {
                if (data.length() > left) {
                    data.close();
                    reset(ResetCode.INTERNAL_ERROR);
                    return;
                }
                left -= data.length();
                output.data(data);
            }
            case CHUNKED -> output.chunk(data);
            case UNTIL_CLOSE, RAW -> output.data(data);
        }
        if (end) {
            if (framing == Framing.CHUNKED) {
                output.buffer().writeBytes(Fragments.LAST_CHUNK);
            }
            finish();
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        if (ended || !headWritten) {
            return;
        }
        if (framing == Framing.CHUNKED) {
            output.buffer().writeBytes(Fragments.LAST_CHUNK_WITH_TRAILERS);
            connection.loop().headWriter().trailers(trailers).end(output.buffer());
        }
        finish();
    }

    private void finish() {
        if (framing == Framing.LENGTH && left > 0) {
            reset(ResetCode.INTERNAL_ERROR);
            return;
        }
        if (framing == Framing.RAW && !requestEnded) {
            ended = true;
            connection.endRaw();
            return;
        }
        ended = true;
        events = Ignored.INSTANCE;
        connection.answered(this, close);
    }

    @Override
    public void closeAfter() {
        close = true;
    }

    @Override
    public void reset(ResetCode code) {
        if (ended) {
            return;
        }
        ended = true;
        events = Ignored.INSTANCE;
        connection.cut();
    }

    @Override
    public boolean isWritable() {
        return ended || connection.isWritable();
    }

    @Override
    public void pause() {
        if (!paused && !ended) {
            paused = true;
            connection.adjustReading();
        }
    }

    @Override
    public void resume() {
        if (paused && !ended) {
            paused = false;
            sendContinue();
            connection.process();
        }
    }

    /** The client ended its side of a raw exchange. */
    void rawInputEnded() {
        if (requestEnded) {
            return;
        }
        requestEnded = true;
        if (ended) {
            connection.answered(this, true);
        } else {
            events.onData(HttpData.empty(), true);
        }
    }

    /** The client broke the protocol in the middle of its request. */
    void broken() {
        gone(ResetCode.PROTOCOL_ERROR);
    }

    /** The connection is gone. */
    void gone(ResetCode code) {
        ended = true;
        RequestEvents receiver = events;
        events = Ignored.INSTANCE;
        receiver.onReset(code);
    }

    /** Writes a response without body that the transport gives by itself. */
    static void answer(Http1Output output, Http1HeadWriter writer, int status, boolean close) {
        writer.status(status).raw(Fragments.NO_LENGTH);
        if (close) {
            writer.raw(Fragments.CONNECTION_CLOSE);
        }
        writer.end(output.buffer());
    }
}
