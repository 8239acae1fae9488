package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.transport.HeadSyntax;
import dev.waypoint.transport.netty.LoopState.Watch;
import dev.waypoint.transport.netty.codec.BadMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection of a client. */
final class Http2ServerConnection extends Http2Link implements DownstreamConnection {

    /** Between the first GOAWAY, which only warns, and the second, which names the last stream. */
    private static final long GOAWAY_GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final DownstreamLink link;
    private final ConnectionFacts facts;
    private final Http2Connection.PropertyKey exchangeKey;
    private final Watch watch;
    private long since = System.nanoTime();
    private boolean greeted;
    private boolean draining;
    private boolean lastNamed;

    private Http2ServerConnection(
            DownstreamLink link,
            LeanFrameWriter writer,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(link.loop(), writer, decoder, encoder, settings);
        this.link = link;
        this.facts = link.facts(ConnectionFacts.Http.HTTP_2);
        this.exchangeKey = connection().newKey();
        connection().addListener(new Http2StreamWatcher(this));
        encoder.flowController().listener(this::writabilityChanged);
        this.watch = link.loop().watch(this);
    }

    static Http2ServerConnection of(DownstreamLink link) {
        Http2Settings settings = new Http2Settings()
                .maxConcurrentStreams(link.listener().settings().maxStreams());
        settings.connectProtocolEnabled(true);
        int window = link.listener().settings().http().streamWindow();
        if (window > 0) {
            settings.initialWindowSize(window);
        }
        return Http2Codec.make(
                true,
                link.listener().settings().maxHeaderBytes(),
                settings,
                (writer, decoder, encoder, initial) ->
                        new Http2ServerConnection(link, writer, decoder, encoder, initial));
    }

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(exchangeKey);
    }

    private @Nullable Http2Exchange exchange(int streamId) {
        return exchange(connection().stream(streamId));
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Exchange running = exchange(stream);
        if (running != null && isWritable(stream)) {
            running.writable();
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        DecodedHead head = (DecodedHead) headers;
        Http2Stream stream = connection().stream(streamId);
        Http2Exchange running = exchange(stream);
        if (running != null) {
            if (head.hasPseudo()) {
                throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "pseudo headers in trailers");
            }
            running.requestTrailers(head.regular());
        } else {
            begin(stream, head, end);
        }
    }

    private void begin(Http2Stream stream, DecodedHead head, boolean end) throws Http2Exception {
        boolean connect = head.methodText().equals("CONNECT");
        if (connect && head.protocolText().isEmpty()) {
            answer(stream, 405);
            return;
        }
        RequestHead request;
        try {
            request = request(head, connect);
        } catch (BadMessage e) {
            link.listener().refused(e);
            answer(stream, e.status());
            return;
        }
        String expect = request.header("expect");
        boolean expects = !expect.isEmpty();
        if (expects && !expect.equalsIgnoreCase("100-continue")) {
            answer(stream, 417);
            return;
        }
        if (expects) {
            request.headers().remove("expect");
        }
        Http2Exchange started =
                new Http2Exchange(this, stream, connect, request.method().equals("HEAD"), end);
        stream.setProperty(exchangeKey, started);
        started.start(
                link.listener().receiver().onRequest(facts, loop().eventLoop(), request, end, started),
                expects && !end);
    }

    private RequestHead request(DecodedHead head, boolean connect) throws BadMessage {
        String authority = head.authorityText();
        if (head.hosts() > 1
                || (head.hosts() == 1 && !authority.isEmpty() && !head.host().equalsIgnoreCase(authority))) {
            throw new BadMessage(400, "more than one host, or another one than :authority");
        }
        if (authority.isEmpty()) {
            authority = head.host();
        }
        if (authority.isEmpty() || !HeadSyntax.isAuthority(authority)) {
            throw new BadMessage(400, ":authority is not a host with an optional port");
        }
        if (!HeadSyntax.isToken(head.methodText()) || !HeadSyntax.isPath(head.pathText(), head.methodText())) {
            throw new BadMessage(400, ":method is no token, or :path no path");
        }
        String method = connect ? "GET" : head.methodText();
        RequestHead request = new RequestHead(method, link.scheme(), authority, head.pathText(), head.regular());
        request.upgrade(connect ? head.protocolText() : "");
        return request;
    }

    /** Answers without the engine. */
    private void answer(Http2Stream stream, int status) {
        writeHead(stream, HeadView.response(status, java.util.List.of()), true);
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
        Http2Exchange running = exchange(streamId);
        int length = data.readableBytes();
        if (running == null) {
            return length + padding;
        }
        HttpData piece = length == 0 ? HttpData.empty() : HttpData.wrap(data.readRetainedSlice(length));
        return running.requestData(piece, end) + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2Exchange running = exchange(streamId);
        if (running != null) {
            running.gone(ResetCode.of(errorCode));
        }
    }

    /** The stream was closed, by whatever side. */
    void streamClosed(Http2Stream stream) {
        Http2Exchange running = exchange(stream);
        if (running != null) {
            running.gone(ResetCode.CANCEL);
        }
        since = System.nanoTime();
        if (draining && lastNamed && connection().numActiveStreams() <= 1) {
            loop().eventLoop().execute(this::closeIfDone);
        }
    }

    /** We ended our side before the client did: it need not go on. */
    void answeredEarly(Http2Stream stream) {
        loop().eventLoop().execute(() -> {
            if (stream.equals(connection().stream(stream.id()))) {
                reset(stream, Http2Error.NO_ERROR.code());
            }
        });
    }

    private void closeIfDone() {
        if (connection().numActiveStreams() == 0) {
            flushNow();
            context().close();
        }
    }

    @Override
    public void leave() {
        drain();
    }

    @Override
    public void drain() {
        if (draining || !context().channel().isActive()) {
            return;
        }
        draining = true;
        since = System.nanoTime();
        goAway(context(), Integer.MAX_VALUE, 0, Unpooled.EMPTY_BUFFER, context().newPromise());
        flushLater();
    }

    private void nameLast() {
        lastNamed = true;
        int last = connection().remote().lastStreamCreated();
        goAway(context(), Math.max(0, last), 0, Unpooled.EMPTY_BUFFER, context().newPromise());
        flushLater();
        closeIfDone();
    }

    @Override
    public void abort() {
        context().channel().close();
    }

    @Override
    public void tick(long now) {
        long age = now - since;
        if (draining) {
            if (!lastNamed && age > GOAWAY_GRACE_NANOS) {
                nameLast();
            }
        } else if (!greeted) {
            if (age > link.listener().settings().headerTimeout().toNanos()) {
                abort();
            }
        } else if (connection().numActiveStreams() == 0
                && age > link.listener().settings().idleTimeout().toNanos()) {
            drain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop().unwatch(watch);
        super.channelInactive(ctx);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        greeted = true;
        checkUnread(ctx);
    }
}
