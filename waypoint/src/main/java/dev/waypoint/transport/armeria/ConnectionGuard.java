package dev.waypoint.transport.armeria;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before Armeria's handlers, sees the connection's bytes in the clear, and puts the guard of the protocol in its place. Armeria
 * chooses the protocol by the first four bytes; these are handed over first, so that the guard is there before the rest comes. It
 * stays, to watch how long heads take.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(ConnectionGuard.class);

    private static final int DETECTION_BYTES = 4;
    private static final String TIMED_OUT =
            "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    private final DownstreamConnection connection;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;
    private boolean http1;
    private boolean placed;
    private @Nullable ScheduledFuture<?> headTimer;

    ConnectionGuard(DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (!placed) {
            ByteBuf all = gather(ctx.alloc(), bytes);
            if (all.readableBytes() < DETECTION_BYTES) {
                first = all;
                startTimer(ctx);
                return;
            }
            first = Unpooled.EMPTY_BUFFER;
            placed = true;
            ctx.fireChannelRead(all.readRetainedSlice(DETECTION_BYTES));
            placeGuard(ctx);
            bytes = all;
        }
        if (http1) {
            readHttp1(ctx, bytes);
        } else {
            stopTimer();
            ctx.fireChannelRead(bytes);
        }
    }

    private ByteBuf gather(ByteBufAllocator alloc, ByteBuf bytes) {
        return first.isReadable() ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, first, bytes) : bytes;
    }

    private void readHttp1(ChannelHandlerContext ctx, ByteBuf bytes) {
        connection.headPending(!connection.isInBody());
        ctx.fireChannelRead(bytes);
        if (!connection.isHeadPending()) {
            stopTimer();
        } else {
            startTimer(ctx);
        }
    }

    private void placeGuard(ChannelHandlerContext ctx) {
        Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null) {
            http2.decoder().frameListener(new Http2Guard(http2, connection));
            return;
        }
        for (Map.Entry<String, ChannelHandler> each : ctx.pipeline()) {
            if (each.getValue() instanceof HttpServerUpgradeHandler.SourceCodec) {
                ctx.pipeline().addAfter(each.getKey(), null, new Http1Guard(connection));
                connection.speaksHttp1();
                http1 = true;
                return;
            }
        }
        throw new IllegalStateException("neither an HTTP/1 nor an HTTP/2 codec in " + ctx.pipeline());
    }

    private void startTimer(ChannelHandlerContext ctx) {
        if (headTimer == null) {
            long millis = connection.listener().settings().headerTimeout().toMillis();
            headTimer = ctx.executor().schedule(() -> timeOut(ctx), millis, TimeUnit.MILLISECONDS);
        }
    }

    private void stopTimer() {
        ScheduledFuture<?> timer = headTimer;
        if (timer != null) {
            timer.cancel(false);
            headTimer = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // Armeria would log an event that it does not know.
        if (!(event instanceof SniCompletionEvent)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** Failed handshakes are the client's affair, and no news in a log. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("{} ended by {}", ctx.channel(), cause.toString());
        ctx.close();
    }

    private void timeOut(ChannelHandlerContext ctx) {
        if (http1 && connection.isIdle()) {
            ctx.writeAndFlush(Unpooled.copiedBuffer(TIMED_OUT, StandardCharsets.US_ASCII))
                    .addListener(ignored -> ctx.close());
        } else {
            ctx.close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stopTimer();
        first.release();
        first = Unpooled.EMPTY_BUFFER;
    }
}
