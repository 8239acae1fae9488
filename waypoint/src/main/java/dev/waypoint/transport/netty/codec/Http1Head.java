package dev.waypoint.transport.netty.codec;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;

/** A parsed head: the first line, the headers that go from end to end, and what the others say about the connection. */
public final class Http1Head {

    /** How many headers a head may have. */
    static final int MAX_FIELDS = 512;

    String method = "";
    String target = "";
    int status;
    boolean http10;
    HttpHeadersBuilder headers = HttpHeaders.builder();
    int fields;

    String host = "";
    int hosts;
    long contentLength;
    boolean chunked;
    boolean transferEncoding;
    boolean close;
    boolean keepAlive;
    boolean connectionUpgrade;
    String upgrade = "";
    boolean expectContinue;
    boolean expectOther;
    boolean sawTrailersTe;
    String nominated = "";

    /** Forgets everything. */
    void clear() {
        method = "";
        target = "";
        status = 0;
        http10 = false;
        headers = HttpHeaders.builder().sizeHint(16);
        fields = 0;
        host = "";
        hosts = 0;
        contentLength = -1;
        chunked = false;
        transferEncoding = false;
        close = false;
        keepAlive = false;
        connectionUpgrade = false;
        upgrade = "";
        expectContinue = false;
        expectOther = false;
        sawTrailersTe = false;
        nominated = "";
    }

    /** The method of a request. */
    public String method() {
        return method;
    }

    /** The target of a request, as received. */
    public String target() {
        return target;
    }

    /** The status of a response. */
    public int status() {
        return status;
    }

    /** Whether the sender speaks HTTP/1.0. */
    public boolean http10() {
        return http10;
    }

    /** The headers that go from end to end, without {@code host}. */
    public HttpHeadersBuilder headers() {
        return headers;
    }

    /** The {@code host} header's value, or the empty string. */
    public String host() {
        return host;
    }

    /** The announced length of the body, or -1. */
    public long contentLength() {
        return contentLength;
    }

    /** Whether the body comes in chunks. */
    public boolean chunked() {
        return chunked;
    }

    /** Whether the sender lets the connection be used again. */
    public boolean persistent() {
        return http10 ? keepAlive && !close : !close;
    }

    /** The protocol that the sender wants to change to, or the empty string. */
    public String upgrade() {
        return connectionUpgrade ? upgrade : "";
    }

    /** Whether the client waits for 100 before it sends the body. */
    public boolean expectContinue() {
        return expectContinue && !http10;
    }

    /** Whether the client expects something that nobody can promise. */
    public boolean expectOther() {
        return expectOther;
    }
}
