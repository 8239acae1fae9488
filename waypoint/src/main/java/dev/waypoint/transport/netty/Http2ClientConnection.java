package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpData;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.transport.netty.LoopState.Watch;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection to an endpoint. */
final class Http2ClientConnection extends Http2Link {

    private static final long MAX_HEAD = 256 * 1024;
    private static final long PING = 0x776179706f696e74L;

    private final Http2Pool pool;
    private final Http2Connection.PropertyKey callKey;
    private final List<Http2Call> awaitingSettings = new ArrayList<>();
    private final Watch watch;
    private boolean greeted;
    private boolean takesConnect;
    private boolean retired;
    private int lastProcessed = Integer.MAX_VALUE;
    private int carried;
    private int finished;
    private long since = System.nanoTime();
    private final KeepAlive keepAlive;
    private boolean silent;

    private Http2ClientConnection(
            Http2Pool pool,
            LeanFrameWriter writer,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(pool.loop(), writer, decoder, encoder, settings);
        this.pool = pool;
        this.callKey = connection().newKey();
        this.keepAlive = new KeepAlive(pool.target().keepAlive(), since);
        this.watch = pool.loop().watch(this);
        encoder.flowController().listener(this::writabilityChanged);
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    static Http2ClientConnection of(Http2Pool pool) {
        return Http2Codec.make(
                false,
                MAX_HEAD,
                new Http2Settings().pushEnabled(false),
                (writer, decoder, encoder, settings) ->
                        new Http2ClientConnection(pool, writer, decoder, encoder, settings));
    }

    private @Nullable Http2Call call(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(callKey);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Call running = call(stream);
        if (running != null && isWritable(stream)) {
            running.events().onWritable();
        }
    }

    /** Whether another call fits. */
    boolean hasRoom() {
        if (retired) {
            return false;
        }
        int most = greeted ? connection().local().maxActiveStreams() : pool.expectedStreams();
        return connection().numActiveStreams() + awaitingSettings.size() < most;
    }

    boolean isUnused() {
        return connection().numActiveStreams() == 0 && awaitingSettings.isEmpty();
    }

    /** Takes a call. */
    void carry(Http2Call call) {
        if (call.isUpgrade() && !greeted) {
            // Only the endpoint's settings tell whether it takes an extended CONNECT.
            call.keepHead();
            awaitingSettings.add(call);
            return;
        }
        if (call.isUpgrade() && !takesConnect) {
            loop().eventLoop()
                    .execute(() -> call.fail(
                            UpstreamFailure.of(Kind.PROTOCOL, "the endpoint takes no extended CONNECT (RFC 8441)")));
            return;
        }
        if (keepAlive.isStale()) {
            ping();
        }
        int id = connection().local().incrementAndGetNextStreamId();
        int most = pool.target().limits().maxRequestsPerConnection();
        if (++carried == most || id > Integer.MAX_VALUE - 4) {
            retire();
        }
        Http2Stream stream;
        try {
            stream = connection().local().createStream(id, false);
        } catch (Http2Exception e) {
            retire();
            loop().eventLoop()
                    .execute(() -> call.fail(UpstreamFailure.of(Kind.REFUSED, "no further stream: " + e.getMessage())));
            return;
        }
        stream.setProperty(callKey, call);
        call.begin(this, stream);
        boolean end = call.requestEnded() && !call.isUpgrade() && !call.hasQueued();
        writeHead(stream, call.takeHead(), end);
        if (!end) {
            call.startSending();
        }
    }

    /** The response is complete before the request is: the rest of it is of no use. */
    void stopRequest(Http2Stream stream) {
        loop().eventLoop().execute(() -> {
            if (stream.equals(connection().stream(stream.id()))) {
                reset(stream, Http2Error.NO_ERROR.code());
            }
        });
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        keepAlive.heardMore();
        Http2Call running = call(connection().stream(streamId));
        if (running != null && !running.isDone()) {
            running.head((DecodedHead) headers, end, streamId);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
        keepAlive.heardMore();
        Http2Call running = call(connection().stream(streamId));
        int length = data.readableBytes();
        if (running == null || running.isDone()) {
            return length + padding;
        }
        HttpData piece = length == 0 ? HttpData.empty() : HttpData.wrap(data.readRetainedSlice(length));
        return running.data(piece, end, length) + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2Call running = call(connection().stream(streamId));
        if (running != null) {
            running.resetByPeer(ResetCode.of(errorCode));
        }
    }

    private void streamClosed(Http2Stream stream) {
        finished++;
        since = System.nanoTime();
        Http2Call running = call(stream);
        if (running != null && !running.isDone()) {
            running.fail(why(stream, running));
        }
        loop().eventLoop().execute(this::streamGone);
    }

    private UpstreamFailure why(Http2Stream stream, Http2Call running) {
        if (stream.id() > lastProcessed) {
            return UpstreamFailure.of(Kind.REFUSED, "the endpoint said goodbye before it took the request");
        }
        if (context().channel().isActive()) {
            return new UpstreamFailure(
                    Kind.PROTOCOL, ResetCode.PROTOCOL_ERROR, "the endpoint broke HTTP/2 on this stream");
        }
        if (silent) {
            return UpstreamFailure.of(
                    Kind.CLOSED,
                    "the endpoint gave no sign of life within "
                            + pool.target().keepAlive().timeout().toMillis() + " ms");
        }
        return running.heard() || finished <= 1
                ? UpstreamFailure.of(Kind.CLOSED, "the connection ended before the answer did")
                : UpstreamFailure.of(Kind.STALE, "the connection ended before the first byte of the answer");
    }

    private void streamGone() {
        if (!retired) {
            pool.streamEnded();
        } else if (isUnused() && context().channel().isActive()) {
            context().close();
        }
    }

    /** Takes no more calls, and closes when the running ones are over. */
    void retire() {
        if (!retired) {
            retired = true;
            pool.forget(this);
            loop().eventLoop().execute(this::streamGone);
        }
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
        lastProcessed = Math.min(lastProcessed, lastStreamId);
        retire();
        pool.streamEnded();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        Boolean connect = settings.connectProtocolEnabled();
        takesConnect |= connect != null && connect;
        greeted = true;
        pool.expectStreams(connection().local().maxActiveStreams());
        checkUnread(ctx);
        List<Http2Call> waited = List.copyOf(awaitingSettings);
        awaitingSettings.clear();
        for (Http2Call call : waited) {
            if (!call.isDone()) {
                carry(call);
            }
        }
        loop().eventLoop().execute(this::streamGone);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        keepAlive.heard();
        super.channelRead(ctx, message);
    }

    private void ping() {
        keepAlive.ping(System.nanoTime());
        encoder().writePing(context(), false, PING, context().newPromise());
        flushLater();
    }

    @Override
    public void tick(long now) {
        switch (keepAlive.look(now, !isUnused())) {
            case PING -> ping();
            case GIVE_UP -> {
                silent = true;
                context().close();
                return;
            }
            case NOTHING -> {
                // The usual case.
            }
        }
        long idle = pool.target().idleTimeout().toNanos();
        if (!retired && idle > 0 && isUnused() && now - since > idle) {
            retire();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop().unwatch(watch);
        retired = true;
        pool.forget(this);
        for (Http2Call call : List.copyOf(awaitingSettings)) {
            call.fail(UpstreamFailure.of(Kind.REFUSED, "the connection ended before the request was sent"));
        }
        super.channelInactive(ctx);
    }
}
