package dev.waypoint.transport.netty;

import com.linecorp.armeria.common.HttpHeaderNames;
import io.netty.handler.codec.EmptyHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A head as HPACK's encoder wants to see it: pseudo headers, then the engine's headers, without a map in between. */
final class HeadView extends EmptyHeaders<CharSequence, CharSequence, Http2Headers> implements Http2Headers {

    private final CharSequence[] pseudo;
    private final Iterable<Map.Entry<AsciiString, String>> headers;
    private final @Nullable CharSequence status;

    private HeadView(
            @Nullable CharSequence status, Iterable<Map.Entry<AsciiString, String>> headers, CharSequence... pseudo) {
        this.status = status;
        this.headers = headers;
        this.pseudo = pseudo;
    }

    static HeadView response(int status, Iterable<Map.Entry<AsciiString, String>> headers) {
        CharSequence text = Statuses.text(status);
        return new HeadView(text, headers, PseudoHeaderName.STATUS.value(), text);
    }

    static HeadView request(
            String method,
            String scheme,
            String authority,
            String path,
            Iterable<Map.Entry<AsciiString, String>> headers) {
        return new HeadView(
                null,
                headers,
                PseudoHeaderName.METHOD.value(),
                method,
                PseudoHeaderName.SCHEME.value(),
                scheme,
                PseudoHeaderName.AUTHORITY.value(),
                authority,
                PseudoHeaderName.PATH.value(),
                path);
    }

    /** An extended CONNECT (RFC 8441). */
    static HeadView connect(
            String protocol,
            String scheme,
            String authority,
            String path,
            Iterable<Map.Entry<AsciiString, String>> headers) {
        return new HeadView(
                null,
                headers,
                PseudoHeaderName.METHOD.value(),
                "CONNECT",
                PseudoHeaderName.PROTOCOL.value(),
                protocol,
                PseudoHeaderName.SCHEME.value(),
                scheme,
                PseudoHeaderName.AUTHORITY.value(),
                authority,
                PseudoHeaderName.PATH.value(),
                path);
    }

    static HeadView trailers(Iterable<Map.Entry<AsciiString, String>> headers) {
        return new HeadView(null, headers);
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Cursor();
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    /** Walks over the entries, being each of them in turn. */
    private final class Cursor
            implements Iterator<Map.Entry<CharSequence, CharSequence>>, Map.Entry<CharSequence, CharSequence> {
        private final Iterator<Map.Entry<AsciiString, String>> rest = headers.iterator();
        private int at;
        private CharSequence key = "";
        private CharSequence value = "";
        private boolean ready;

        @Override
        public boolean hasNext() {
            if (ready) {
                return true;
            }
            if (at < pseudo.length) {
                key = pseudo[at++];
                value = pseudo[at++];
                ready = true;
                return true;
            }
            while (rest.hasNext()) {
                Map.Entry<AsciiString, String> entry = rest.next();
                if (!isOfConnection(entry.getKey())) {
                    key = entry.getKey();
                    value = Values.clean(entry.getValue());
                    ready = true;
                    return true;
                }
            }
            return false;
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("after the last header");
            }
            ready = false;
            return this;
        }

        @Override
        public CharSequence getKey() {
            return key;
        }

        @Override
        public CharSequence getValue() {
            return value;
        }

        @Override
        public CharSequence setValue(CharSequence unused) {
            throw new UnsupportedOperationException("read only");
        }
    }

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

    @Override
    public @Nullable CharSequence status() {
        return status;
    }

    @Override
    public @Nullable CharSequence method() {
        return null;
    }

    @Override
    public @Nullable CharSequence scheme() {
        return null;
    }

    @Override
    public @Nullable CharSequence authority() {
        return null;
    }

    @Override
    public @Nullable CharSequence path() {
        return null;
    }

    @Override
    public Http2Headers method(CharSequence value) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public Http2Headers scheme(CharSequence value) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public Http2Headers authority(CharSequence value) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public Http2Headers path(CharSequence value) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public Http2Headers status(CharSequence value) {
        throw new UnsupportedOperationException("read only");
    }

    @Override
    public boolean contains(CharSequence name, CharSequence value, boolean caseInsensitive) {
        return false;
    }
}
