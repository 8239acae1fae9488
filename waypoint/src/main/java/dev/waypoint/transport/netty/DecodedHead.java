package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.transport.HeadSyntax;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What HPACK decodes into: pseudo headers in fields, the others straight in the form that the engine uses. Refuses what RFC 9113
 * (section 8.2) calls malformed; {@link IllegalArgumentException} becomes a stream error in the decoder.
 */
final class DecodedHead extends DefaultHttp2Headers {

    private static final int MAX_FIELDS = 512;
    private static final AsciiString COOKIE = HttpHeaderNames.COOKIE;

    private final HttpHeadersBuilder headers = HttpHeaders.builder().sizeHint(16);
    private @Nullable CharSequence method;
    private @Nullable CharSequence scheme;
    private @Nullable CharSequence authority;
    private @Nullable CharSequence path;
    private @Nullable CharSequence protocol;
    private @Nullable CharSequence status;
    private String host = "";
    private int hosts;
    private String cookie = "";
    private boolean pseudo;
    private int fields;

    DecodedHead() {
        super(false, 2);
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        AsciiString key = AsciiString.of(name);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a header without name");
        }
        if (++fields > MAX_FIELDS) {
            throw new IllegalArgumentException("more than " + MAX_FIELDS + " headers");
        }
        checkValue(value);
        if (key.byteAt(0) == ':') {
            pseudo(key, value);
            return this;
        }
        checkName(key);
        String text = value.toString();
        if (key.length() == 4 && key.equals(HttpHeaderNames.HOST)) {
            hosts++;
            host = text;
        } else if (key.length() == 6 && key.equals(COOKIE)) {
            // Compression splits cookies; HTTP/1 and filters want one header (RFC 9113, section 8.2.3).
            cookie = cookie.isEmpty() ? text : cookie + "; " + text;
            headers.set(COOKIE, cookie);
        } else {
            headers.add(key, text);
        }
        return this;
    }

    private void pseudo(AsciiString name, CharSequence value) {
        pseudo = true;
        boolean again;
        if (name.equals(PseudoHeaderName.METHOD.value())) {
            again = method != null;
            method = value;
        } else if (name.equals(PseudoHeaderName.PATH.value())) {
            again = path != null;
            path = value;
        } else if (name.equals(PseudoHeaderName.SCHEME.value())) {
            again = scheme != null;
            scheme = value;
        } else if (name.equals(PseudoHeaderName.AUTHORITY.value())) {
            again = authority != null;
            authority = value;
        } else if (name.equals(PseudoHeaderName.STATUS.value())) {
            again = status != null;
            status = value;
        } else if (name.equals(PseudoHeaderName.PROTOCOL.value())) {
            again = protocol != null;
            protocol = value;
        } else {
            throw new IllegalArgumentException("an unknown pseudo header");
        }
        if (again) {
            throw new IllegalArgumentException("a pseudo header twice");
        }
    }

    private static void checkName(AsciiString name) {
        byte[] bytes = name.array();
        int end = name.arrayOffset() + name.length();
        for (int i = name.arrayOffset(); i < end; i++) {
            if (!HeadSyntax.isLowerToken(bytes[i])) {
                throw new IllegalArgumentException(
                        "a header's name is not in lower case or holds a forbidden character");
            }
        }
    }

    private static void checkValue(CharSequence value) {
        AsciiString text = AsciiString.of(value);
        byte[] bytes = text.array();
        int start = text.arrayOffset();
        int end = start + text.length();
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if ((b >= 0 && b < 0x20 && b != '\t') || b == 0x7f) {
                throw new IllegalArgumentException("a header's value holds a control character");
            }
        }
        if (end > start && (isBlank(bytes[start]) || isBlank(bytes[end - 1]))) {
            throw new IllegalArgumentException("a header's value begins or ends with white space");
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The headers but for pseudo headers and {@code host}. */
    HttpHeadersBuilder regular() {
        return headers;
    }

    /** Whether there was any pseudo header. */
    boolean hasPseudo() {
        return pseudo;
    }

    /** How many {@code host} headers there were. */
    int hosts() {
        return hosts;
    }

    /** The {@code host} header. */
    String host() {
        return host;
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }

    String methodText() {
        return text(method);
    }

    String authorityText() {
        return text(authority);
    }

    String pathText() {
        return text(path);
    }

    String protocolText() {
        return text(protocol);
    }

    /** The status, or 0 if it is no number of three digits. */
    int statusCode() {
        CharSequence text = status;
        if (text == null || text.length() != 3) {
            return 0;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            code = code * 10 + (c - '0');
        }
        return code >= 100 ? code : 0;
    }

    // What the decoder asks of the headers that it made:

    @Override
    public @Nullable CharSequence method() {
        return method;
    }

    @Override
    public @Nullable CharSequence scheme() {
        return scheme;
    }

    @Override
    public @Nullable CharSequence authority() {
        return authority;
    }

    @Override
    public @Nullable CharSequence path() {
        return path;
    }

    @Override
    public @Nullable CharSequence status() {
        return status;
    }

    @Override
    public boolean contains(CharSequence name) {
        return PseudoHeaderName.PROTOCOL.value().contentEquals(name) ? protocol != null : headers.contains(name);
    }

    @Override
    public List<CharSequence> getAll(CharSequence name) {
        return headers.contains(name) ? List.copyOf(headers.getAll(name)) : List.of();
    }

    @Override
    public Http2Headers setLong(CharSequence name, long value) {
        return this;
    }

    @Override
    public int size() {
        return fields;
    }
}
