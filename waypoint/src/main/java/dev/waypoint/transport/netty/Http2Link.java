package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.ByteBufAccessMode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** What both ends of HTTP/2 connections have in common: how frames are written and windows given back. */
abstract class Http2Link extends Http2ConnectionHandler
        implements LoopState.Flushable, LoopState.Timed, Http2FrameListener {

    /** How much of one stream may be under way to us. */
    static final int STREAM_WINDOW = 256 * 1024;

    /** How much of all streams together may be under way to us. */
    static final int CONNECTION_WINDOW = 16 * 1024 * 1024;

    /** What a peer that does not read may make us hold in answers to its control frames. */
    private static final long MAX_UNREAD_BYTES = 8 * 1024 * 1024;

    private static final int MAX_RESETS = 2000;
    private static final long RESET_WINDOW_NANOS = 10_000_000_000L;

    private final LoopState loop;
    private final LeanFrameWriter writer;
    private @Nullable ChannelHandlerContext context;
    private boolean planned;
    private int resets;
    private long resetsSince = System.nanoTime();

    Http2Link(
            LoopState loop,
            LeanFrameWriter writer,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings);
        this.loop = loop;
        this.writer = writer;
    }

    final LoopState loop() {
        return loop;
    }

    final ChannelHandlerContext context() {
        ChannelHandlerContext set = context;
        if (set == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return set;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        Http2Stream all = connection().connectionStream();
        connection().local().flowController().incrementWindowSize(all, CONNECTION_WINDOW - 65_535);
    }

    final void flushLater() {
        if (!planned) {
            planned = true;
            loop.flushLater(this);
        }
    }

    @Override
    public void flushNow() {
        planned = false;
        flush(context());
    }

    /** Writes a head or trailers. */
    final void writeHead(Http2Stream stream, Http2Headers head, boolean end) {
        ChannelHandlerContext ctx = context();
        encoder().writeHeaders(ctx, stream.id(), head, 0, end, ctx.newPromise());
        flushLater();
    }

    final void writeTrailers(Http2Stream stream, HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            writeData(stream, HttpData.empty(), true);
            return;
        }
        writeHead(stream, HeadView.trailers(trailers), true);
    }

    /** Queues data behind the windows of the peer. */
    final void writeData(Http2Stream stream, HttpData data, boolean end) {
        ByteBuf bytes;
        if (data.isEmpty()) {
            data.close();
            if (!end) {
                return;
            }
            bytes = Unpooled.EMPTY_BUFFER;
        } else {
            bytes = data.isPooled() ? data.byteBuf() : data.byteBuf(ByteBufAccessMode.RETAINED_DUPLICATE);
        }
        encoder().flowController().addFlowControlled(stream, new Pieces(stream, bytes, end));
        flushLater();
    }

    final boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /** Ends a stream at once. */
    final void reset(Http2Stream stream, long code) {
        ChannelHandlerContext ctx = context();
        try {
            // What was written before the reset goes out before it, as far as the windows allow.
            connection().remote().flowController().writePendingBytes();
        } catch (Http2Exception e) {
            onError(ctx, true, e);
        }
        resetStream(ctx, stream.id(), code, ctx.newPromise());
        flushLater();
    }

    /** Gives bytes back to the peer's windows. */
    final void consumed(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushLater();
            }
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    /** Breaks with a peer that makes us answer control frames and does not read the answers. */
    final void checkUnread(ChannelHandlerContext ctx) throws Http2Exception {
        io.netty.channel.ChannelOutboundBuffer waiting = ctx.channel().unsafe().outboundBuffer();
        if (waiting != null && waiting.totalPendingWriteBytes() > MAX_UNREAD_BYTES) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "the peer does not read the answers to its control frames");
        }
    }

    @Override
    public io.netty.channel.ChannelFuture resetStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        long now = System.nanoTime();
        if (now - resetsSince > RESET_WINDOW_NANOS) {
            resetsSince = now;
            resets = 0;
        }
        if (++resets == MAX_RESETS && connection().isServer()) {
            onError(
                    ctx,
                    true,
                    Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many streams had to be reset"));
        }
        return super.resetStream(ctx, streamId, errorCode, promise);
    }

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof java.io.IOException) {
            ctx.close();
        } else {
            super.exceptionCaught(ctx, cause);
        }
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        checkUnread(ctx);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {}

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {}

    @Override
    public final void onSettingsAckRead(ChannelHandlerContext ctx) {}

    @Override
    public final void onPriorityRead(
            ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive) {}

    @Override
    public final void onPushPromiseRead(
            ChannelHandlerContext ctx, int streamId, int promisedId, Http2Headers headers, int padding) {}

    @Override
    public final void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {}

    @Override
    public final void onUnknownFrame(
            ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload) {}

    /** Data of one stream in the queue behind the windows. */
    private final class Pieces implements Http2RemoteFlowController.FlowControlled {
        private final Http2Stream stream;
        private final ByteBuf data;
        private final boolean end;
        private int size;
        private boolean done;

        Pieces(Http2Stream stream, ByteBuf data, boolean end) {
            this.stream = stream;
            this.data = data;
            this.end = end;
            this.size = data.readableBytes();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void error(ChannelHandlerContext ctx, Throwable cause) {
            if (!done) {
                done = true;
                data.release();
            }
        }

        @Override
        public void writeComplete() {
            if (end) {
                closeStreamLocal(stream, context().newSucceededFuture());
            }
        }

        @Override
        public void write(ChannelHandlerContext ctx, int allowed) {
            int max = writer.configuration().frameSizePolicy().maxFrameSize();
            int budget = Math.min(allowed, size);
            do {
                int piece = Math.min(budget, max);
                boolean last = piece == size;
                ByteBuf bytes = last ? data : data.readRetainedSlice(piece);
                done |= last;
                size -= piece;
                budget -= piece;
                writer.data(ctx, stream.id(), bytes, last && end, ctx.newPromise());
            } while (budget > 0);
        }

        @Override
        public boolean merge(ChannelHandlerContext ctx, Http2RemoteFlowController.FlowControlled next) {
            return false;
        }
    }
}
