package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.ByteBufAccessMode;
import com.linecorp.armeria.common.HttpData;
import dev.waypoint.transport.netty.LoopState.Flushable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/** What one HTTP/1 connection writes: heads and small data gathered in one buffer, large data passed on without a copy. */
final class Http1Output implements Flushable {

    private static final int SMALL = 4096;
    private static final int GATHER = 1024;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final LoopState loop;
    private final ChannelHandlerContext ctx;
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;
    private boolean planned;
    private int flushes;

    Http1Output(LoopState loop, ChannelHandlerContext ctx) {
        this.loop = loop;
        this.ctx = ctx;
    }

    /** A buffer to write small things to; they are flushed at the end of the round. */
    ByteBuf buffer() {
        if (gathered.maxCapacity() == 0) {
            gathered = ctx.alloc().directBuffer(GATHER);
            flushLater();
        }
        return gathered;
    }

    private void flushLater() {
        if (!planned) {
            planned = true;
            loop.flushLater(this);
        }
    }

    /** Writes data as it is. */
    void data(HttpData data) {
        int length = data.length();
        if (length == 0) {
            data.close();
            return;
        }
        ByteBuf bytes = data.isPooled() ? data.byteBuf() : data.byteBuf(ByteBufAccessMode.RETAINED_DUPLICATE);
        if (length <= SMALL) {
            buffer().writeBytes(bytes);
            bytes.release();
            return;
        }
        handOver();
        ctx.write(bytes, ctx.voidPromise());
        flushLater();
    }

    /** Writes data as one chunk. */
    void chunk(HttpData data) {
        int length = data.length();
        if (length == 0) {
            data.close();
            return;
        }
        ByteBuf out = buffer();
        int shift = 28 - Integer.numberOfLeadingZeros(length) / 4 * 4;
        for (; shift >= 0; shift -= 4) {
            out.writeByte(HEX[length >>> shift & 15]);
        }
        out.writeShort(0x0d0a);
        data(data);
        buffer().writeShort(0x0d0a);
    }

    private void handOver() {
        if (gathered.maxCapacity() > 0) {
            ByteBuf whole = gathered;
            gathered = Unpooled.EMPTY_BUFFER;
            ctx.write(whole, ctx.voidPromise());
        }
    }

    /** How often an open connection was flushed so far: what was written since did not leave. */
    int flushes() {
        return flushes;
    }

    @Override
    public void flushNow() {
        planned = false;
        if (!ctx.channel().isActive()) {
            // Closed since the flush was planned. Each handler would make an exception to say so.
            discard();
            return;
        }
        flushes++;
        handOver();
        ctx.flush();
    }

    /** Does something when all is written. */
    void flushThen(ChannelFutureListener action) {
        flushes++;
        handOver();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(action);
    }

    /** Gives back what was not written: the channel is gone. */
    void discard() {
        gathered.release();
        gathered = Unpooled.EMPTY_BUFFER;
    }
}
