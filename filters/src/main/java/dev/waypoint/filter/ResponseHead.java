package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpHeadersBuilder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The head of a response: mutable, confined to the exchange's event loop. Names are in lower case, without pseudo headers. */
public final class ResponseHead {

    private int status;
    private final HttpHeadersBuilder headers;
    private final @Nullable ReplyCause cause;
    private String transferEncoding = "";

    /** The head of an upstream's response. */
    public ResponseHead(int status, HttpHeadersBuilder headers) {
        this(status, headers, null);
    }

    /** The head of a local reply. */
    public ResponseHead(int status, HttpHeadersBuilder headers, @Nullable ReplyCause cause) {
        this.status = status;
        this.headers = headers;
        this.cause = cause;
    }

    /** The status code, 100 to 999. */
    public int status() {
        return status;
    }

    /** Changes the status code. */
    public void status(int value) {
        status = value;
    }

    /** All headers. */
    public HttpHeadersBuilder headers() {
        return headers;
    }

    /** The value of a header, or the empty string. */
    public String header(CharSequence name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /** Why this reply was made by the proxy; empty for an upstream's response. */
    public Optional<ReplyCause> cause() {
        return Optional.ofNullable(cause);
    }

    /**
     * The transfer coding that the message came with, such as {@code chunked}; empty if it came without. It says how the upstream
     * framed the message, and has no bearing on how it goes on.
     */
    public String transferEncoding() {
        return transferEncoding;
    }

    /** Says how the message came. */
    public void transferEncoding(String value) {
        transferEncoding = value;
    }

    @Override
    public String toString() {
        return status + " " + headers;
    }
}
