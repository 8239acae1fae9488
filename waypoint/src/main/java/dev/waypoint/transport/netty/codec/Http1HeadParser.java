package dev.waypoint.transport.netty.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Parses heads off a buffer (RFC 9112, sections 2 to 5). One for each event loop: it keeps a scratch array and known names. */
public final class Http1HeadParser {

    private static final int FIRST_LOOK = 2048;
    private static final String[] METHODS = {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"};

    private final Http1Fields fields = new Http1Fields();
    private byte[] scratch = new byte[FIRST_LOOK];

    /** Which kind of head is parsed. */
    private enum Kind {
        REQUEST,
        RESPONSE,
        TRAILERS
    }

    /**
     * Parses the head of a request. Nothing is consumed before all of it is there.
     *
     * @param maxBytes the most that the head may take
     * @return whether the head was complete
     */
    public boolean request(ByteBuf in, int maxBytes, Http1Head head) throws BadMessage {
        skipEmptyLines(in);
        return parse(in, maxBytes, head, Kind.REQUEST);
    }

    /** Parses the head of a response. */
    public boolean response(ByteBuf in, int maxBytes, Http1Head head) throws BadMessage {
        return parse(in, maxBytes, head, Kind.RESPONSE);
    }

    /** Parses the trailers of a message, with the empty line that ends them. */
    boolean trailers(ByteBuf in, int maxBytes, Http1Head head) throws BadMessage {
        return parse(in, maxBytes, head, Kind.TRAILERS);
    }

    /** Clients of old sent an empty line after a body; RFC 9112 (section 2.2) asks to be kind to them. */
    private static void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == 0x0d0a) {
            in.skipBytes(2);
        }
    }

    private boolean parse(ByteBuf in, int maxBytes, Http1Head head, Kind kind) throws BadMessage {
        int available = in.readableBytes();
        int look = Math.min(available, FIRST_LOOK);
        while (look > 0) {
            if (scratch.length < look) {
                scratch = new byte[Math.max(look, scratch.length * 2)];
            }
            in.getBytes(in.readerIndex(), scratch, 0, look);
            head.clear();
            int end = parse(look, head, kind);
            if (end >= 0 && end <= maxBytes) {
                in.skipBytes(end);
                return true;
            }
            if (end >= 0 || look > maxBytes) {
                throw tooLarge(head, kind, maxBytes);
            }
            if (look == available) {
                return false;
            }
            look = (int) Math.min(available, look * 4L);
        }
        return false;
    }

    private static BadMessage tooLarge(Http1Head head, Kind kind, int maxBytes) {
        return kind == Kind.REQUEST && (head.target.isEmpty() || head.target.length() >= maxBytes)
                ? new BadMessage(414, "the request line is longer than " + maxBytes + " bytes")
                : new BadMessage(431, "the head is larger than " + maxBytes + " bytes");
    }

    private int parse(int limit, Http1Head head, Kind kind) throws BadMessage {
        int afterFirstLine = switch (kind) {
            case REQUEST -> requestLine(scratch, limit, head);
            case RESPONSE -> statusLine(scratch, limit, head);
            case TRAILERS -> 0;
        };
        return afterFirstLine < 0 ? -1 : fields.parse(scratch, afterFirstLine, limit, head);
    }

    private static int requestLine(byte[] b, int limit, Http1Head head) throws BadMessage {
        int i = 0;
        while (i < limit && Http1Fields.isToken(b[i])) {
            i++;
        }
        if (i == limit) {
            return -1;
        }
        if (i == 0 || b[i] != ' ') {
            throw new BadMessage(400, "the request line does not begin with a method and a space");
        }
        int methodEnd = i++;
        int targetStart = i;
        while (i < limit && (b[i] & 0xff) > 0x20 && b[i] != 0x7f) {
            i++;
        }
        if (i == limit) {
            return -1;
        }
        if (b[i] != ' ' || i == targetStart) {
            throw new BadMessage(400, "the request line has no target, or no space after it");
        }
        int end = version(b, i + 1, limit, head);
        if (end >= 0) {
            if (end + 1 >= limit) {
                return -1;
            }
            if (b[end] != '\r' || b[end + 1] != '\n') {
                throw new BadMessage(400, "the request line does not end with CR LF");
            }
            head.method = method(b, methodEnd);
            head.target = new String(b, targetStart, i - targetStart, StandardCharsets.ISO_8859_1);
            return end + 2;
        }
        return -1;
    }

    private static int version(byte[] b, int at, int limit, Http1Head head) throws BadMessage {
        if (at + 8 > limit) {
            return -1;
        }
        boolean http = b[at] == 'H' && b[at + 1] == 'T' && b[at + 2] == 'T' && b[at + 3] == 'P' && b[at + 4] == '/';
        if (!http || !digit(b[at + 5]) || b[at + 6] != '.' || !digit(b[at + 7])) {
            throw new BadMessage(BadMessage.FOREIGN, "the first line names no HTTP version");
        }
        if (b[at + 5] != '1' || b[at + 7] > '1') {
            throw new BadMessage(505, "the HTTP version is neither 1.0 nor 1.1");
        }
        head.http10 = b[at + 7] == '0';
        return at + 8;
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static String method(byte[] b, int length) {
        for (String known : METHODS) {
            if (known.length() == length && known.charAt(0) == b[0] && same(known, b)) {
                return known;
            }
        }
        return new String(b, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean same(String known, byte[] b) {
        for (int i = 1; i < known.length(); i++) {
            if (known.charAt(i) != b[i]) {
                return false;
            }
        }
        return true;
    }

    private static int statusLine(byte[] b, int limit, Http1Head head) throws BadMessage {
        int i = version(b, 0, limit, head);
        if (i < 0 || i + 4 >= limit) {
            return -1;
        }
        if (b[i] != ' ' || !digit(b[i + 1]) || !digit(b[i + 2]) || !digit(b[i + 3]) || b[i + 1] == '0') {
            throw new BadMessage(502, "the status line has no status of three digits");
        }
        head.status = (b[i + 1] - '0') * 100 + (b[i + 2] - '0') * 10 + (b[i + 3] - '0');
        i += 4;
        if (b[i] != ' ' && b[i] != '\r') {
            throw new BadMessage(502, "the status has more than three digits");
        }
        while (i < limit && b[i] != '\r' && b[i] != '\n') {
            i++;
        }
        if (i + 1 >= limit) {
            return -1;
        }
        if (b[i] != '\r' || b[i + 1] != '\n') {
            throw new BadMessage(502, "the status line does not end with CR LF");
        }
        return i + 2;
    }
}
