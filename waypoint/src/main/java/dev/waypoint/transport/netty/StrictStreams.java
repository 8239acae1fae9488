package dev.waypoint.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.BitSet;

/**
 * Refuses HEADERS on streams of a client that are closed, half closed, or were passed over (RFC 9113, section 5.1). The decoder behind it
 * would answer some of these with a lesser error than the protocol asks for. What still comes on a stream that we reset is no error.
 */
final class StrictStreams extends Http2ConnectionAdapter implements Http2FrameReader {

    /** How many streams back are remembered, a power of two. */
    private static final int WINDOW = 4096;

    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final BitSet opened = new BitSet(WINDOW);
    private final BitSet resetByUs = new BitSet(WINDOW);
    private int highest = -1;
    private Checking checking = new Checking(new Http2FrameAdapter());

    StrictStreams(Http2FrameReader reader, Http2Connection connection) {
        this.reader = reader;
        this.connection = connection;
        connection.addListener(this);
    }

    private static int slot(int streamId) {
        return (streamId >>> 1) & (WINDOW - 1);
    }

    @Override
    public void onStreamAdded(Http2Stream stream) {
        int id = stream.id();
        for (int passed = Math.max(highest + 2, id - 2 * WINDOW + 2); passed < id; passed += 2) {
            opened.clear(slot(passed));
            resetByUs.clear(slot(passed));
        }
        opened.set(slot(id));
        resetByUs.clear(slot(id));
        highest = id;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        if (stream.isResetSent()) {
            resetByUs.set(slot(stream.id()));
        }
    }

    private void check(int streamId) throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null) {
            if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                throw Http2Exception.streamError(
                        streamId, Http2Error.STREAM_CLOSED, "HEADERS after the end of stream %d", streamId);
            }
            return;
        }
        if (streamId > highest || resetByUs.get(slot(streamId))) {
            return;
        }
        boolean skipped = highest - streamId < 2 * WINDOW && !opened.get(slot(streamId));
        throw Http2Exception.connectionError(
                skipped ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED,
                "HEADERS on stream %d, which is over",
                streamId);
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        reader.readFrame(ctx, input, wrap(listener));
    }

    private Checking wrap(Http2FrameListener listener) {
        if (!checking.isFor(listener)) {
            checking = new Checking(listener);
        }
        return checking;
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Checks before the decoder sees the frame. */
    private final class Checking extends Http2FrameListenerDecorator {
        private final Http2FrameListener target;

        Checking(Http2FrameListener target) {
            super(target);
            this.target = target;
        }

        boolean isFor(Http2FrameListener listener) {
            return target.equals(listener);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream)
                throws Http2Exception {
            check(streamId);
            super.onHeadersRead(ctx, streamId, headers, padding, endStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream)
                throws Http2Exception {
            check(streamId);
            super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
        }
    }
}
