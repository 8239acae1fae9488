package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;

/**
 * The head of a request: mutable, confined to the exchange's event loop. The request line lives in fields; {@link #headers()}
 * holds the other headers, names in lower case, never a pseudo header, never {@code host}.
 */
public final class RequestHead {

    private String method;
    private String scheme;
    private String authority;
    private String path;
    private final HttpHeadersBuilder headers;
    private String upgrade = "";

    /**
     * @param method any method token, as received
     * @param scheme {@code http} or {@code https}
     * @param authority the value of {@code :authority} or {@code Host}, as received
     * @param path the request target as received, with its query
     * @param headers all other headers
     */
    public RequestHead(String method, String scheme, String authority, String path, HttpHeadersBuilder headers) {
        this.method = method;
        this.scheme = scheme;
        this.authority = authority;
        this.path = path;
        this.headers = headers;
    }

    /** The method token. */
    public String method() {
        return method;
    }

    /** Changes the method token. */
    public void method(String value) {
        method = value;
    }

    /** The scheme. */
    public String scheme() {
        return scheme;
    }

    /** Changes the scheme. */
    public void scheme(String value) {
        scheme = value;
    }

    /** The authority, with its port if it has one. */
    public String authority() {
        return authority;
    }

    /** Changes the authority. */
    public void authority(String value) {
        authority = value;
    }

    /** The request target, with its query. */
    public String path() {
        return path;
    }

    /** Changes the request target. */
    public void path(String value) {
        path = value;
    }

    /**
     * The protocol that the client wants to change to, such as {@code websocket}; empty for none. The same for an HTTP/1.1
     * {@code Upgrade} and an extended CONNECT of HTTP/2 (RFC 8441): in both cases the method is GET here.
     */
    public String upgrade() {
        return upgrade;
    }

    /** Changes the protocol that the request asks for. */
    public void upgrade(String value) {
        upgrade = value;
    }

    /** All headers but the request line's. */
    public HttpHeadersBuilder headers() {
        return headers;
    }

    /** The value of a header, or the empty string. */
    public String header(CharSequence name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /** Whether this is a gRPC call, by its content type. */
    public boolean isGrpc() {
        return Grpc.isGrpc(headers.get("content-type"));
    }

    /** An independent copy. */
    public RequestHead copy() {
        HttpHeaders frozen = headers.build();
        RequestHead copy = new RequestHead(method, scheme, authority, path, frozen.toBuilder());
        copy.upgrade = upgrade;
        return copy;
    }

    @Override
    public String toString() {
        return method + " " + scheme + "://" + authority + path + " " + headers;
    }
}
