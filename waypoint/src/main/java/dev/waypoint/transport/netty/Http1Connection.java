package dev.waypoint.transport.netty;

import dev.waypoint.transport.netty.LoopState.Timed;
import dev.waypoint.transport.netty.LoopState.Watch;
import dev.waypoint.transport.netty.codec.BadMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;

/** What both ends of HTTP/1 connections have in common: a buffer that is worked off step by step, as far as somebody wants to read. */
abstract class Http1Connection extends ChannelInboundHandlerAdapter implements Timed {

    private final LoopState loop;

    @SuppressWarnings("NullAway.Init")
    private ChannelHandlerContext ctx;

    @SuppressWarnings("NullAway.Init")
    private Http1Output output;

    @SuppressWarnings("NullAway.Init")
    private Watch watch;

    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private boolean processing;
    private boolean reading = true;

    Http1Connection(LoopState loop) {
        this.loop = loop;
    }

    /** Takes something off the buffer; false if nothing can be taken now. */
    abstract boolean step() throws BadMessage;

    /** The peer broke HTTP. */
    abstract void broken(BadMessage problem);

    /** Whether the socket is to be read. */
    abstract boolean wantsToRead();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        output = new Http1Output(loop, context);
        watch = loop.watch(this);
    }

    final ChannelHandlerContext ctx() {
        return ctx;
    }

    final Http1Output output() {
        return output;
    }

    final LoopState loop() {
        return loop;
    }

    final boolean isWritable() {
        return ctx.channel().isWritable();
    }

    final ByteBuf pending() {
        return pending;
    }

    /** Takes the whole buffer; the ownership goes to the caller. */
    final ByteBuf takePending() {
        ByteBuf all = pending;
        pending = Unpooled.EMPTY_BUFFER;
        return all;
    }

    final void dropPending() {
        pending.skipBytes(pending.readableBytes());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, (ByteBuf) message);
        process();
    }

    /** Handles what there is in the buffer as far as it is wanted. */
    final void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            while (step()) {
                // Each step takes something off the buffer.
            }
        } catch (BadMessage e) {
            broken(e);
        } finally {
            processing = false;
        }
        if (!pending.isReadable()) {
            takePending().release();
        }
        adjustReading();
    }

    final void adjustReading() {
        boolean want = wantsToRead();
        if (want != reading) {
            reading = want;
            ctx.channel().config().setAutoRead(want);
        }
    }

    /** The channel is gone: gives back what belongs to it. */
    final void release() {
        loop.unwatch(watch);
        takePending().release();
        output.discard();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
