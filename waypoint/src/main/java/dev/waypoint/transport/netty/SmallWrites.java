package dev.waypoint.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Gathers small writes into one buffer until the flush: an HTTP/2 connection writes many frames of a few bytes. A gathered write
 * counts as done, so that nobody must wait for the socket to learn of it.
 */
final class SmallWrites extends ChannelOutboundHandlerAdapter {

    private static final int SMALL = 2048;
    private static final int FULL = 16 * 1024;

    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes && bytes.readableBytes() <= SMALL) {
            if (gathered.maxCapacity() == 0) {
                gathered = ctx.alloc().directBuffer(SMALL);
            }
            gathered.writeBytes(bytes);
            bytes.release();
            promise.trySuccess();
            if (gathered.readableBytes() >= FULL) {
                handOver(ctx);
            }
            return;
        }
        handOver(ctx);
        ctx.write(message, promise);
    }

    private void handOver(ChannelHandlerContext ctx) {
        if (gathered.maxCapacity() > 0) {
            ByteBuf whole = gathered;
            gathered = Unpooled.EMPTY_BUFFER;
            ctx.write(whole, ctx.voidPromise());
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        handOver(ctx);
        ctx.flush();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        handOver(ctx);
        ctx.flush();
        ctx.close(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
    }
}
