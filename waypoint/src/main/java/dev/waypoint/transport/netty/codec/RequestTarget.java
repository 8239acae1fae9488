package dev.waypoint.transport.netty.codec;

import dev.waypoint.transport.HeadSyntax;
import java.util.Locale;

/**
 * What the request line and the host header say together (RFC 9112, section 3.2).
 *
 * @param scheme the scheme of an absolute target, else empty
 * @param authority the authority
 * @param path path and query as received, {@code *}, or the target of a CONNECT
 */
public record RequestTarget(String scheme, String authority, String path) {

    /** Reads target and host; 400 if they leave open which host is meant. */
    public static RequestTarget of(Http1Head head) throws BadMessage {
        if (head.hosts > 1) {
            throw new BadMessage(400, "more than one host header");
        }
        if (head.hosts == 0 && !head.http10) {
            throw new BadMessage(400, "no host header");
        }
        if (!HeadSyntax.isAuthority(head.host)) {
            throw new BadMessage(400, "the host header is not a host with an optional port");
        }
        String target = head.target;
        if (target.indexOf('#') >= 0) {
            throw new BadMessage(400, "the request target has a fragment");
        }
        if (target.charAt(0) == '/' || (target.equals("*") && head.method.equals("OPTIONS"))) {
            return new RequestTarget("", head.host, target);
        }
        if (head.method.equals("CONNECT")) {
            return new RequestTarget("", target, target);
        }
        return absolute(target);
    }

    private static RequestTarget absolute(String target) throws BadMessage {
        int colon = target.indexOf("://");
        String scheme = colon < 0 ? "" : target.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new BadMessage(400, "the request target is neither a path, nor a URL, nor * of OPTIONS");
        }
        int start = colon + 3;
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        String authority = target.substring(start, end);
        if (authority.isEmpty() || !HeadSyntax.isAuthority(authority)) {
            throw new BadMessage(400, "the request target's host is not a host with an optional port");
        }
        String path = target.substring(end);
        return new RequestTarget(scheme, authority, path.startsWith("/") ? path : "/" + path);
    }
}
