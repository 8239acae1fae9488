package dev.waypoint.upstream;

import dev.waypoint.filter.RequestHead;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.ArrayList;
import java.util.List;

/** Reads the cookies of requests. */
public final class RequestCookies {

    private RequestCookies() {}

    /**
     * The values of a cookie in the order in which the client sent them: cookies of one name but different paths come together, and
     * an HTTP/2 client may send each in a field of its own (RFC 9113, section 8.2.3).
     */
    public static List<String> values(RequestHead request, String name) {
        List<String> values = List.of();
        for (String header : request.headers().getAll("cookie")) {
            if (!header.contains(name)) {
                continue;
            }
            for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(header)) {
                if (cookie.name().equals(name)) {
                    values = values.isEmpty() ? new ArrayList<>() : values;
                    values.add(cookie.value());
                }
            }
        }
        return values;
    }
}
