package dev.waypoint.transport.armeria;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is written within one turn of the event loop and flushes it once. Armeria asks for the next piece of a message
 * when the write of the last one is complete, which would cost a system call for each piece; so at the end of the turn writes are
 * called complete before they are flushed, as long as little waits, and what comes then goes out with them. Errors close the
 * connection, which everybody hears of.
 */
final class WriteAhead extends ChannelOutboundHandlerAdapter implements Runnable {

    private static final int LIMIT = 64 * 1024;

    private final ArrayDeque<ChannelPromise> written = new ArrayDeque<>(4);
    private @Nullable ChannelHandlerContext context;
    private boolean scheduled;

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        complete();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        if (promise.isVoid() || buffer == null || buffer.totalPendingWriteBytes() > LIMIT) {
            ctx.write(msg, promise);
            return;
        }
        // Not called complete here: whoever waits would write again while the codec is still busy with this.
        ctx.write(msg, ctx.voidPromise());
        written.add(promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (!scheduled) {
            scheduled = true;
            ctx.executor().execute(this);
        }
    }

    @Override
    public void run() {
        complete();
        scheduled = false;
        ChannelHandlerContext ctx = context;
        if (ctx != null && !ctx.isRemoved()) {
            ctx.flush();
        }
    }

    private void complete() {
        ChannelPromise next;
        while ((next = written.poll()) != null) {
            next.trySuccess();
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.flush();
        ctx.close(promise);
    }
}
