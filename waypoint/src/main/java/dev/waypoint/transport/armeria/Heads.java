package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers from one form into another. */
final class Heads {

    /** Headers of one connection, not of the message (RFC 9110, section 7.6.1). */
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "host");

    private Heads() {}

    /** Copies what is neither a pseudo header nor {@code host}; Armeria removed the headers of the hop already. */
    static HttpHeadersBuilder copy(HttpHeaders from) {
        HttpHeadersBuilder to = HttpHeaders.builder();
        to.sizeHint(from.size());
        for (Map.Entry<AsciiString, String> each : from) {
            AsciiString name = each.getKey();
            if (name.byteAt(0) != ':' && !name.equals(HttpHeaderNames.HOST)) {
                to.add(name, each.getValue());
            }
        }
        return to;
    }

    /** Copies a head of HTTP/1 without the headers of the hop. */
    static HttpHeadersBuilder fromHttp1(io.netty.handler.codec.http.HttpHeaders from) {
        Set<String> listed = new HashSet<>();
        for (String line : from.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : line.split(",")) {
                listed.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        HttpHeadersBuilder to = HttpHeaders.builder();
        for (Map.Entry<String, String> each : from) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !listed.contains(name) && name.charAt(0) != ':') {
                to.add(name, each.getValue());
            }
        }
        return to;
    }

    /** Adds headers to a head of HTTP/1. */
    static void toHttp1(HttpHeadersBuilder from, io.netty.handler.codec.http.HttpHeaders to) {
        for (Map.Entry<AsciiString, String> each : from) {
            to.add(each.getKey(), each.getValue());
        }
    }
}
