package dev.waypoint.transport.netty.codec;

import com.linecorp.armeria.common.HttpHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Takes the body of one message after the other off a buffer, piece by piece and without a copy (RFC 9112, sections 6 and 7). */
public final class Http1Body {

    private static final int MAX_CHUNK_LINE = 4096;
    private static final int MAX_TRAILERS = 64 * 1024;

    /** What a step found. */
    public enum Found {
        /** More bytes are needed. */
        NOTHING,
        /** Data: see {@link Http1Body#takeData}. */
        DATA,
        /** The last data of the body. */
        LAST_DATA,
        /** The body ended without further data. */
        END,
        /** The body ended with trailers: see {@link Http1Body#trailers}. */
        TRAILERS
    }

    private enum State {
        NONE,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER
    }

    private final Http1HeadParser parser;
    private final Http1Head trailerHead = new Http1Head();
    private State state = State.NONE;
    private long left;
    private ByteBuf data = Unpooled.EMPTY_BUFFER;

    public Http1Body(Http1HeadParser parser) {
        this.parser = parser;
    }

    /** No body follows. */
    public void none() {
        state = State.NONE;
    }

    /** A body of so many bytes follows, at least one. */
    public void length(long bytes) {
        state = State.LENGTH;
        left = bytes;
    }

    /** A body in chunks follows. */
    public void chunked() {
        state = State.CHUNK_SIZE;
    }

    /** All that follows is the body. */
    public void untilClose() {
        state = State.UNTIL_CLOSE;
    }

    /** Whether the end of the connection is the end of the body, and not too early for it. */
    public boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    /** The data of the last step; the ownership goes to the caller. */
    public ByteBuf takeData() {
        ByteBuf taken = data;
        data = Unpooled.EMPTY_BUFFER;
        return taken;
    }

    /** The trailers of the last step. */
    public HttpHeaders trailers() {
        return trailerHead.headers.build();
    }

    /** Takes the next piece off the buffer. */
    public Found next(ByteBuf in) throws BadMessage {
        while (true) {
            switch (state) {
                case NONE -> {
                    return Found.END;
                }
                case LENGTH -> {
                    return slice(in) ? (left == 0 ? last() : Found.DATA) : Found.NOTHING;
                }
                case UNTIL_CLOSE -> {
                    left = Long.MAX_VALUE;
                    return slice(in) ? Found.DATA : Found.NOTHING;
                }
                case CHUNK_SIZE -> {
                    if (!chunkSize(in)) {
                        return Found.NOTHING;
                    }
                }
                case CHUNK_DATA -> {
                    if (!slice(in)) {
                        return Found.NOTHING;
                    }
                    if (left == 0) {
                        state = State.CHUNK_END;
                    }
                    return Found.DATA;
                }
                case CHUNK_END -> {
                    if (in.readableBytes() < 2) {
                        return Found.NOTHING;
                    }
                    if (in.readShort() != 0x0d0a) {
                        throw new BadMessage(400, "a chunk is longer than it says");
                    }
                    state = State.CHUNK_SIZE;
                }
                case TRAILER -> {
                    return trailer(in);
                }
            }
        }
    }

    private Found last() {
        state = State.NONE;
        return Found.LAST_DATA;
    }

    private boolean slice(ByteBuf in) {
        int size = (int) Math.min(left, in.readableBytes());
        if (size == 0) {
            return false;
        }
        left -= size;
        data = in.readRetainedSlice(size);
        return true;
    }

    /** Reads {@code SIZE [;extension] CR LF}. Extensions are dropped, as every hop may. */
    private boolean chunkSize(ByteBuf in) throws BadMessage {
        int start = in.readerIndex();
        int end = in.indexOf(start, Math.min(in.writerIndex(), start + MAX_CHUNK_LINE), (byte) '\n');
        if (end < 0) {
            if (in.readableBytes() >= MAX_CHUNK_LINE) {
                throw new BadMessage(400, "the line of a chunk is longer than " + MAX_CHUNK_LINE + " bytes");
            }
            return false;
        }
        if (end == start || in.getByte(end - 1) != '\r') {
            throw new BadMessage(400, "the line of a chunk does not end with CR LF");
        }
        long size = 0;
        int i = start;
        for (; i < end - 1; i++) {
            int digit = Character.digit(in.getByte(i), 16);
            if (digit < 0) {
                break;
            }
            if (i - start == 15) {
                throw new BadMessage(400, "a chunk's size has more than 15 digits");
            }
            size = size * 16 + digit;
        }
        if (i == start) {
            throw new BadMessage(400, "a chunk's size is not hexadecimal");
        }
        checkExtension(in, i, end - 1);
        in.readerIndex(end + 1);
        left = size;
        state = size == 0 ? State.TRAILER : State.CHUNK_DATA;
        return true;
    }

    private static void checkExtension(ByteBuf in, int from, int to) throws BadMessage {
        int i = from;
        while (i < to && (in.getByte(i) == ' ' || in.getByte(i) == '\t')) {
            i++;
        }
        if (i < to && in.getByte(i) != ';') {
            throw new BadMessage(400, "a chunk's size is not hexadecimal");
        }
        for (; i < to; i++) {
            byte b = in.getByte(i);
            if ((b >= 0 && b < 0x20 && b != '\t') || b == 0x7f) {
                throw new BadMessage(400, "a chunk's extension holds a control character");
            }
        }
    }

    private Found trailer(ByteBuf in) throws BadMessage {
        if (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == 0x0d0a) {
            in.skipBytes(2);
            state = State.NONE;
            return Found.END;
        }
        if (!parser.trailers(in, MAX_TRAILERS, trailerHead)) {
            return Found.NOTHING;
        }
        state = State.NONE;
        // Framing has been said at the head; whoever merges trailers into headers must not find another one here.
        trailerHead.headers.remove("content-length");
        trailerHead.headers.remove("te");
        return trailerHead.headers.isEmpty() ? Found.END : Found.TRAILERS;
    }
}
