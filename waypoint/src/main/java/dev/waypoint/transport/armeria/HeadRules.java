package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpMethod;
import dev.waypoint.transport.HeadSyntax;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;

/**
 * What is refused at the door, beyond that which the codecs refuse themselves: ambiguity about where a message ends (RFC 9112, section
 * 6), and about whom it is meant for (section 3.2).
 */
final class HeadRules {

    private static final int BAD_REQUEST = 400;
    /** The refusal that leaves no doubt about where the request ends, so that the connection may go on. */
    static final int METHOD_NOT_ALLOWED = 405;

    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;

    private HeadRules() {}

    /** The status to refuse an HTTP/1 request with; 0 if it is fine. */
    static int refusal(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean http10 = version.equals(HttpVersion.HTTP_1_0);
        if (!http10 && !version.equals(HttpVersion.HTTP_1_1)) {
            return VERSION_NOT_SUPPORTED;
        }
        HttpHeaders headers = request.headers();
        int framing = framingRefusal(headers, http10);
        if (framing != 0) {
            return framing;
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && !http10)) {
            return BAD_REQUEST;
        }
        if (!hosts.isEmpty() && !HeadSyntax.isAuthority(hosts.getFirst())) {
            return BAD_REQUEST;
        }
        if (request.method().name().equals("CONNECT")) {
            return METHOD_NOT_ALLOWED;
        }
        return isTarget(request.uri(), request.method().name()) ? 0 : BAD_REQUEST;
    }

    private static int framingRefusal(HttpHeaders headers, boolean http10) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return 0;
        }
        if (http10 || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return BAD_REQUEST;
        }
        return codings.size() == 1
                        && codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")
                ? 0
                : NOT_IMPLEMENTED;
    }

    private static boolean isTarget(String target, String method) {
        return HeadSyntax.isPath(target, method) || (isAbsolute(target) && HeadSyntax.isVisible(target));
    }

    /** Whether a target is in absolute form, with http or https. */
    static boolean isAbsolute(String target) {
        return target.regionMatches(true, 0, "http://", 0, 7) || target.regionMatches(true, 0, "https://", 0, 8);
    }

    /** The method that Armeria is told: the real one where Armeria knows it, else one that lets bodies pass. */
    static String knownMethod(String method) {
        return switch (HttpMethod.tryParse(method)) {
            case null -> "POST";
            case CONNECT, UNKNOWN -> "POST";
            case OPTIONS, GET, HEAD, POST, PUT, PATCH, DELETE, TRACE -> method;
        };
    }
}
