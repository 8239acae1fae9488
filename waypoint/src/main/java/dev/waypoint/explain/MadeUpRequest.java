package dev.waypoint.explain;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.RequestHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A request that nobody sent.
 *
 * @param scheme {@code http} or {@code https}
 * @param port the port that the URL names
 * @param head the head
 */
public record MadeUpRequest(String scheme, OptionalInt port, RequestHead head) {

    /**
     * Makes a request.
     *
     * @param headers each as {@code name: value}; {@code host} replaces the URL's
     * @throws IllegalArgumentException if the URL or a header is malformed; the message says what was expected
     */
    public static MadeUpRequest of(String method, String url, List<String> headers) {
        URI uri = uri(url);
        HttpHeadersBuilder builder = HttpHeaders.builder();
        String authority = uri.getRawAuthority();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("the header is '" + header + "', expected 'name: value'");
            }
            String name = header.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            if (name.equals("host")) {
                authority = value;
            } else {
                builder.add(name, value);
            }
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        OptionalInt port = uri.getPort() < 0 ? OptionalInt.empty() : OptionalInt.of(uri.getPort());
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        return new MadeUpRequest(scheme, port, new RequestHead(method, scheme, authority, target, builder));
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
            if (!http || uri.getRawAuthority() == null) {
                throw new IllegalArgumentException(
                        "the URL is '" + url + "', expected http://host/path or https://host/path");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the URL is '" + url + "': " + e.getReason(), e);
        }
    }
}
