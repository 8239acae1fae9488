package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.config.Cidr;
import dev.waypoint.filter.CallerIdentity;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKeys;
import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.RequestValues;
import dev.waypoint.ratelimit.KeyShape;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.Subject;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/** Reads the keys of one limit from requests. */
final class KeyReader {

    private static final String NAMESPACE_STEP = "/ns/";

    private final KeyPart[] parts;
    private final CharSequence[] names;

    KeyReader(List<KeyPart> parts) {
        this.parts = parts.toArray(KeyPart[]::new);
        this.names = parts.stream()
                .map(part -> part.type() == KeyPart.Type.HEADER
                        ? HttpHeaderNames.of(part.name().orElse(""))
                        : part.name().orElse(""))
                .toArray(CharSequence[]::new);
    }

    static KeyShape shape(List<KeyPart> parts) {
        return new KeyShape(parts.stream().map(KeyPart::label).toList());
    }

    /** The key of a request, or why it has none. Of several values that are missing, the strictest rule counts. */
    Subject subject(RequestHead head, Exchange exchange) {
        if (parts.length == 0) {
            return LimitKey.SHARED;
        }
        if (parts.length == 1) {
            String value = read(parts[0], names[0], head, exchange);
            return value.isEmpty() ? subject(parts[0].onMissing()) : LimitKey.of(value);
        }
        String[] values = new String[parts.length];
        KeyPart.OnMissing missing = KeyPart.OnMissing.SHARE;
        boolean complete = true;
        for (int i = 0; i < parts.length; i++) {
            values[i] = read(parts[i], names[i], head, exchange);
            if (values[i].isEmpty()) {
                complete = false;
                KeyPart.OnMissing rule = parts[i].onMissing();
                missing = rule.compareTo(missing) > 0 ? rule : missing;
            }
        }
        return complete ? LimitKey.of(List.of(values)) : subject(missing);
    }

    private static Subject subject(KeyPart.OnMissing missing) {
        return switch (missing) {
            case SHARE -> LimitKey.SHARED;
            case SKIP -> Subject.Absent.SKIP;
            case REJECT -> Subject.Absent.REJECT;
        };
    }

    /** The value of a part; empty if there is none, or nothing in it. */
    private static String read(KeyPart part, CharSequence name, RequestHead head, Exchange exchange) {
        return switch (part.type()) {
            case CLIENT_ADDRESS -> address(exchange.clientAddress(), part);
            case HEADER -> RequestValues.header(head, name);
            case QUERY -> RequestValues.queryParameter(head, name.toString()).orElse("");
            case COOKIE -> RequestValues.cookie(head, name.toString()).orElse("");
            case PATH -> MatchPath.of(head.path());
            case METHOD -> head.method();
            case HOST -> host(head.authority());
            case SOURCE_NAMESPACE ->
                exchange.get(ExchangeKeys.IDENTITY)
                        .map(CallerIdentity::id)
                        .map(KeyReader::namespace)
                        .orElse("");
            case SOURCE_IDENTITY ->
                exchange.get(ExchangeKeys.IDENTITY).map(CallerIdentity::id).orElse("");
            case CLAIM ->
                exchange.get(ExchangeKeys.CLAIMS)
                        .flatMap(claims -> RequestValues.claim(claims, name.toString()))
                        .orElse("");
            case USER -> exchange.get(ExchangeKeys.USER).orElse("");
        };
    }

    private static String address(InetAddress address, KeyPart part) {
        byte[] bytes = address.getAddress();
        boolean ipv4 = bytes.length == 4;
        int bits = ipv4 ? part.ipv4Bits() : part.ipv6Bits();
        boolean whole = bits == bytes.length * Byte.SIZE;
        return NetUtil.bytesToIpAddress(whole ? bytes : Cidr.masked(bytes, bits));
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
        return host.toLowerCase(Locale.ROOT);
    }

    /** The namespace in an identity such as {@code spiffe://cluster.local/ns/shop/sa/cart}; empty if it names none. */
    private static String namespace(String identity) {
        int start = identity.indexOf(NAMESPACE_STEP);
        if (start < 0) {
            return "";
        }
        start += NAMESPACE_STEP.length();
        int end = identity.indexOf('/', start);
        return end < 0 ? identity.substring(start) : identity.substring(start, end);
    }
}
