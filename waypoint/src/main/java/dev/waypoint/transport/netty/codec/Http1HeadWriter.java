package dev.waypoint.transport.netty.codec;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpStatus;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * Writes heads as bytes, by way of a scratch array that is copied into the buffer once. One for each event loop. A value can never
 * add a line: control characters become spaces, and characters beyond Latin-1 are written as UTF-8.
 */
public final class Http1HeadWriter implements BiConsumer<AsciiString, String> {

    private static final byte[][] STATUS_LINES = new byte[1000][];
    private static final byte[] CRLF = {'\r', '\n'};

    private byte[] scratch = new byte[4096];
    private int length;
    private boolean keepLength;
    private boolean sawLength;

    static {
        for (int status = 100; status < 1000; status++) {
            String reason = HttpStatus.valueOf(status).reasonPhrase();
            STATUS_LINES[status] = ("HTTP/1.1 " + status + " " + reason + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Begins a response's head. */
    public Http1HeadWriter status(int status) {
        length = 0;
        return raw(STATUS_LINES[status]);
    }

    /** Begins a request's head, with its host. */
    public Http1HeadWriter request(String method, String target, String authority) {
        length = 0;
        text(method);
        put((byte) ' ');
        text(target);
        raw(Fragments.HTTP_1_1_HOST);
        text(authority);
        return raw(CRLF);
    }

    /**
     * Adds headers, without those that belong to a connection.
     *
     * @param withLength whether {@code content-length} is among them
     * @return whether there was a {@code content-length}, written or not
     */
    public boolean headers(HttpHeadersBuilder headers, boolean withLength) {
        keepLength = withLength;
        sawLength = false;
        headers.forEach(this);
        return sawLength;
    }

    /** Adds trailers. */
    public Http1HeadWriter trailers(HttpHeaders trailers) {
        length = 0;
        keepLength = false;
        trailers.forEach(this);
        return this;
    }

    @Override
    public void accept(AsciiString name, String value) {
        if (isOfConnection(name)) {
            return;
        }
        if (name.length() == 14 && name.equals(HttpHeaderNames.CONTENT_LENGTH)) {
            sawLength = true;
            if (!keepLength) {
                return;
            }
        }
        header(name, value);
    }

    /** Names that only the transport sets. Trailers of chunked messages and {@code te: trailers} are end to end here. */
    private static boolean isOfConnection(AsciiString name) {
        return switch (name.length()) {
            case 4 -> name.equals(HttpHeaderNames.HOST);
            case 7 -> name.equals(HttpHeaderNames.UPGRADE);
            case 10 -> name.equals(HttpHeaderNames.CONNECTION) || name.contentEquals("keep-alive");
            case 16 -> name.contentEquals("proxy-connection");
            case 17 -> name.equals(HttpHeaderNames.TRANSFER_ENCODING);
            default -> false;
        };
    }

    /** Adds one header. */
    public Http1HeadWriter header(AsciiString name, String value) {
        int size = name.length();
        reserve(size + 2);
        System.arraycopy(name.array(), name.arrayOffset(), scratch, length, size);
        length += size;
        scratch[length++] = ':';
        scratch[length++] = ' ';
        text(value);
        return raw(CRLF);
    }

    /** Adds bytes as they are. */
    public Http1HeadWriter raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, scratch, length, bytes.length);
        length += bytes.length;
        return this;
    }

    private void put(byte b) {
        reserve(1);
        scratch[length++] = b;
    }

    private void text(String value) {
        int size = value.length();
        reserve(size);
        byte[] target = scratch;
        int at = length;
        for (int i = 0; i < size; i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e) {
                unusual(value, i);
                return;
            }
            target[at++] = (byte) c;
        }
        length = at;
    }

    private void unusual(String value, int from) {
        length += from;
        boolean latin = value.chars().allMatch(c -> c < 256);
        byte[] rest = value.substring(from).getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        reserve(rest.length);
        for (byte b : rest) {
            boolean control = (b >= 0 && b < 0x20 && b != '\t') || b == 0x7f;
            scratch[length++] = control ? (byte) ' ' : b;
        }
    }

    private void reserve(int more) {
        if (scratch.length - length < more) {
            scratch = java.util.Arrays.copyOf(scratch, Math.max(scratch.length * 2, length + more));
        }
    }

    /** Ends the head and copies it to the buffer. */
    public void end(ByteBuf out) {
        raw(CRLF);
        out.writeBytes(scratch, 0, length);
        if (scratch.length > 256 * 1024) {
            scratch = new byte[4096];
        }
    }
}
