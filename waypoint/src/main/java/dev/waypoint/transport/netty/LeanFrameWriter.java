package dev.waypoint.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;

/** Writes header and data frames with one buffer and one promise each, where the base class takes several. */
final class LeanFrameWriter extends DefaultHttp2FrameWriter {

    private static final int FRAME_HEADER = 9;
    private static final byte TYPE_DATA = 0;
    private static final byte TYPE_HEADERS = 1;
    private static final byte TYPE_CONTINUATION = 9;
    private static final int FLAG_END_STREAM = 1;
    private static final int FLAG_END_HEADERS = 4;

    private final DefaultHttp2HeadersEncoder encoder;

    LeanFrameWriter() {
        // The peer's wish for small heads is advisory; a refusal by the peer says more than an error of ours.
        this(new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true));
    }

    private LeanFrameWriter(DefaultHttp2HeadersEncoder encoder) {
        super(encoder);
        this.encoder = encoder;
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        ByteBuf out = ctx.alloc().directBuffer(512);
        try {
            out.writeZero(FRAME_HEADER);
            encoder.encodeHeaders(streamId, headers, out);
        } catch (Http2Exception | RuntimeException e) {
            out.release();
            return promise.setFailure(e);
        }
        int length = out.readableBytes() - FRAME_HEADER;
        int max = configuration().frameSizePolicy().maxFrameSize();
        int endFlag = endStream ? FLAG_END_STREAM : 0;
        if (length <= max) {
            frameHeader(out, out.readerIndex(), length, TYPE_HEADERS, FLAG_END_HEADERS | endFlag, streamId);
            return ctx.write(out, promise);
        }
        frameHeader(out, out.readerIndex(), max, TYPE_HEADERS, endFlag, streamId);
        ctx.write(out.readRetainedSlice(FRAME_HEADER + max), ctx.newPromise());
        return continuations(ctx, streamId, out, max, promise);
    }

    private static ChannelFuture continuations(
            ChannelHandlerContext ctx, int streamId, ByteBuf rest, int max, ChannelPromise promise) {
        while (true) {
            int length = Math.min(max, rest.readableBytes());
            boolean last = length == rest.readableBytes();
            ByteBuf header = ctx.alloc().directBuffer(FRAME_HEADER).writeZero(FRAME_HEADER);
            frameHeader(header, 0, length, TYPE_CONTINUATION, last ? FLAG_END_HEADERS : 0, streamId);
            ctx.write(header, ctx.newPromise());
            if (last) {
                return ctx.write(rest, promise);
            }
            ctx.write(rest.readRetainedSlice(length), ctx.newPromise());
        }
    }

    /** Writes one data frame; the caller keeps to the largest frame size. */
    ChannelFuture data(ChannelHandlerContext ctx, int streamId, ByteBuf data, boolean end, ChannelPromise promise) {
        ByteBuf header = ctx.alloc().directBuffer(FRAME_HEADER).writeZero(FRAME_HEADER);
        frameHeader(header, 0, data.readableBytes(), TYPE_DATA, end ? FLAG_END_STREAM : 0, streamId);
        if (!data.isReadable()) {
            data.release();
            return ctx.write(header, promise);
        }
        ctx.write(header, ctx.newPromise());
        return ctx.write(data, promise);
    }

    private static void frameHeader(ByteBuf out, int at, int length, byte type, int flags, int streamId) {
        out.setMedium(at, length);
        out.setByte(at + 3, type);
        out.setByte(at + 4, flags);
        out.setInt(at + 5, streamId);
    }
}
