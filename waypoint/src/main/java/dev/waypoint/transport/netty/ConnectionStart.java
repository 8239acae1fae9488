package dev.waypoint.transport.netty;

import dev.waypoint.transport.netty.LoopState.Timed;
import dev.waypoint.transport.netty.LoopState.Watch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a cleartext connection: looks whether the client begins with HTTP/2's preface (prior knowledge), and puts the
 * right handler in its place.
 */
final class ConnectionStart extends ChannelInboundHandlerAdapter implements Timed {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final DownstreamLink link;
    private final long since = System.nanoTime();
    private @Nullable Watch watch;
    private @Nullable ChannelHandlerContext context;
    private ByteBuf seen = Unpooled.EMPTY_BUFFER;

    ConnectionStart(DownstreamLink link) {
        this.link = link;
    }

    /** Adds what a new connection needs first. */
    static void begin(DownstreamLink link, ChannelPipeline pipeline) {
        if (link.listener().settings().proxyProtocol()) {
            ProxyProtocolStart.begin(link, pipeline);
        } else {
            afterProxy(link, pipeline);
        }
    }

    /** Adds what comes after a PROXY protocol header. */
    static void afterProxy(DownstreamLink link, ChannelPipeline pipeline) {
        if (link.listener().isTls()) {
            TlsStart.begin(link, pipeline);
        } else {
            pipeline.addLast(new ConnectionStart(link));
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        watch = link.loop().watch(this);
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Watch watching = watch;
        if (watching != null) {
            link.loop().unwatch(watching);
        }
        seen.release();
        seen = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void tick(long now) {
        ChannelHandlerContext ctx = context;
        if (ctx != null
                && now - since > link.listener().settings().headerTimeout().toNanos()) {
            ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        seen = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), seen, (ByteBuf) message);
        int length = Math.min(seen.readableBytes(), PREFACE.length);
        for (int i = 0; i < length; i++) {
            if (seen.getByte(seen.readerIndex() + i) != PREFACE[i]) {
                become(ctx, false);
                return;
            }
        }
        if (length == PREFACE.length) {
            become(ctx, true);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void become(ChannelHandlerContext ctx, boolean http2) {
        ByteBuf bytes = seen;
        seen = Unpooled.EMPTY_BUFFER;
        if (http2) {
            http2(link, ctx);
        } else {
            http1(link, ctx);
        }
        ctx.fireChannelRead(bytes);
        ctx.pipeline().remove(this);
    }

    /** Adds HTTP/2's handlers to the end of the pipeline. */
    static void http2(DownstreamLink link, ChannelHandlerContext ctx) {
        ctx.pipeline().addLast(new SmallWrites());
        ctx.pipeline().addLast(Http2ServerConnection.of(link));
    }

    /** Adds HTTP/1's handler to the end of the pipeline. */
    static void http1(DownstreamLink link, ChannelHandlerContext ctx) {
        ctx.pipeline().addLast(new Http1ServerConnection(link));
    }
}
