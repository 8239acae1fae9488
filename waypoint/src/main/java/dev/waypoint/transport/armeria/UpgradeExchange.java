package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.Downstream;
import dev.waypoint.message.RequestEvents;
import dev.waypoint.message.ResetCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to change the protocol of an HTTP/1.1 connection, kept away from Armeria, which knows WebSocket only and loses the bodies of
 * refusals. Once agreed upon, bytes pass as they are in both directions, and the connection ends with it.
 */
final class UpgradeExchange implements Downstream, DownstreamConnection.OpenExchange {

    private static final int HIGH_WATER = 64 * 1024;

    private final DownstreamConnection connection;
    private final ChannelHandlerContext ctx;
    private final RawHead raw;
    private final Runnable handBack;
    private @Nullable RequestEvents events;
    private boolean agreed;
    private boolean headWritten;
    private boolean over;
    private boolean closing;
    private boolean full;

    /**
     * Does nothing before {@link #start}.
     *
     * @param handBack gives the connection back after a refusal
     */
    UpgradeExchange(DownstreamConnection connection, ChannelHandlerContext ctx, RawHead raw, Runnable handBack) {
        this.connection = connection;
        this.ctx = ctx;
        this.raw = raw;
        this.handBack = handBack;
    }

    /** Brings the request to the engine. The client sends nothing before it has an answer. */
    void start(io.netty.handler.codec.http.HttpHeaders headers) {
        ctx.channel().config().setAutoRead(false);
        connection.opened(this);
        RequestHead head = new RequestHead(
                raw.method(), connection.scheme(), raw.authority(), raw.target(), Heads.fromHttp1(headers));
        head.upgrade(raw.upgrade());
        events = connection
                .listener()
                .receiver()
                .onRequest(connection.facts(raw.version()), ctx.executor(), head, false, this);
    }

    /** Something came from the client. */
    void read(Object msg) {
        RequestEvents to = events;
        if (msg instanceof ByteBuf bytes && agreed && !over && to != null) {
            to.onData(HttpData.wrap(bytes), false);
            return;
        }
        boolean expected =
                over || (msg instanceof LastHttpContent last && !last.content().isReadable());
        ReferenceCountUtil.release(msg);
        if (!expected) {
            ctx.close();
        }
    }

    @Override
    public int streamId() {
        return 0;
    }

    @Override
    public void onGone(ResetCode code) {
        if (!over) {
            over = true;
            RequestEvents to = events;
            if (to != null) {
                to.onReset(code);
            }
        }
    }

    @Override
    public void informational(ResponseHead head) {
        HttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()), Unpooled.EMPTY_BUFFER);
        Heads.toHttp1(head.headers(), response.headers());
        ctx.writeAndFlush(response);
    }

    @Override
    public void head(ResponseHead head, boolean end) {
        if (over || headWritten) {
            return;
        }
        headWritten = true;
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(head.status()));
        Heads.toHttp1(head.headers(), response.headers());
        if (head.status() == 101) {
            agree(response);
            return;
        }
        closing |= connection.isDraining();
        if (closing) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        if (!end && !response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
        }
        ctx.write(response);
        if (end) {
            finish(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            ctx.flush();
        }
    }

    private void agree(HttpResponse response) {
        response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade");
        response.headers().set(HttpHeaderNames.UPGRADE, raw.upgrade());
        ctx.writeAndFlush(response);
        agreed = true;
        for (Map.Entry<String, ChannelHandler> each : ctx.pipeline()) {
            if (each.getValue() instanceof HttpServerUpgradeHandler.SourceCodec) {
                ctx.pipeline().remove(each.getKey());
                break;
            }
        }
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void data(HttpData data, boolean end) {
        if (over) {
            data.close();
            return;
        }
        Object message = agreed ? data.byteBuf() : new DefaultHttpContent(data.byteBuf());
        ChannelFuture written = ctx.writeAndFlush(message);
        if (end) {
            finish(agreed ? Unpooled.EMPTY_BUFFER : LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            written.addListener(ignored -> tellWritable());
        }
    }

    private void tellWritable() {
        RequestEvents to = events;
        if (full && !over && to != null && hasRoom()) {
            full = false;
            to.onWritable();
        }
    }

    private void finish(Object last) {
        over = true;
        connection.ended(this);
        ChannelFuture written = ctx.writeAndFlush(last);
        if (agreed || closing) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            handBack.run();
            ctx.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        data(HttpData.empty(), true);
    }

    @Override
    public void reset(ResetCode code) {
        if (!over) {
            over = true;
            connection.ended(this);
            ctx.close();
        }
    }

    @Override
    public void closeAfter() {
        closing = true;
    }

    @Override
    public boolean isWritable() {
        if (!hasRoom()) {
            full = true;
        }
        return !full;
    }

    private boolean hasRoom() {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer != null && buffer.totalPendingWriteBytes() < HIGH_WATER;
    }

    @Override
    public void pause() {
        ctx.channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        ctx.channel().config().setAutoRead(true);
    }
}
