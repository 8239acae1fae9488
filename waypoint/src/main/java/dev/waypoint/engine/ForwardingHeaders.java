package dev.waypoint.engine;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.ir.ListenerSettingsIr.ForwardingIr;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The headers that tell the way of a request. What the client says about itself counts only as far as hops are trusted: with none,
 * the connection's peer is the client and {@code x-forwarded-*} are replaced.
 */
final class ForwardingHeaders {

    private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");

    private ForwardingHeaders() {}

    /** Finds the client and sets the headers for the upstream. */
    static LiveExchange.Client apply(ConnectionFacts connection, RequestHead head, ListenerSettingsIr settings) {
        ForwardingIr forwarding = settings.forwarding();
        HttpHeadersBuilder headers = head.headers();
        InetSocketAddress peer = connection.remote();
        String received = settings.trustedHops() > 0 ? head.header(X_FORWARDED_FOR) : "";
        InetAddress address = peer.getAddress();
        int port = peer.getPort();
        if (!received.isEmpty()) {
            InetAddress named = client(received, settings.trustedHops());
            if (named != null) {
                address = named;
                port = 0;
            }
        }
        String requestId = requestId(headers, settings);
        if (forwarding.xForwarded()) {
            String own = peer.getAddress().getHostAddress();
            headers.set(X_FORWARDED_FOR, received.isEmpty() ? own : received + "," + own);
            if (settings.trustedHops() == 0 || !headers.contains(X_FORWARDED_PROTO)) {
                headers.set(X_FORWARDED_PROTO, head.scheme());
            }
            if (settings.trustedHops() == 0 || !headers.contains(X_FORWARDED_HOST)) {
                headers.set(X_FORWARDED_HOST, head.authority());
            }
        }
        if (forwarding.forwarded()) {
            headers.add(HttpHeaderNames.FORWARDED, forwarded(peer, head));
        }
        if (!forwarding.via().isEmpty()) {
            headers.add(HttpHeaderNames.VIA, version(connection) + " " + forwarding.via());
        }
        return new LiveExchange.Client(address, port, requestId);
    }

    private static String requestId(HttpHeadersBuilder headers, ListenerSettingsIr settings) {
        String received = headers.get(X_REQUEST_ID);
        if (received != null && !received.isEmpty() && settings.trustedHops() > 0) {
            return received;
        }
        if (!settings.forwarding().requestId()) {
            return received == null ? "" : received;
        }
        String made = uuid();
        headers.set(X_REQUEST_ID, made);
        return made;
    }

    /** A random UUID (RFC 9562, version 4), from a fast generator: it is a name, not a secret. */
    private static String uuid() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        String high = hex.toHexDigits((random.nextLong() & ~0xF000L) | 0x4000L);
        String low = hex.toHexDigits((random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
        return high.substring(0, 8)
                + '-'
                + high.substring(8, 12)
                + '-'
                + high.substring(12)
                + '-'
                + low.substring(0, 4)
                + '-'
                + low.substring(4);
    }

    /** The address that the outermost trusted hop named: the n-th from the right. */
    private static @Nullable InetAddress client(String forwardedFor, int trustedHops) {
        String[] hops = forwardedFor.split(",", -1);
        String text = hops[Math.max(0, hops.length - trustedHops)].trim();
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("address of " + bytes.length + " bytes", impossible);
        }
    }

    private static String forwarded(InetSocketAddress peer, RequestHead head) {
        String host = peer.getAddress().getHostAddress();
        String node = host.indexOf(':') >= 0 ? "\"[" + host + "]\"" : host;
        return "for=" + node + ";host=\"" + head.authority() + "\";proto=" + head.scheme();
    }

    private static String version(ConnectionFacts connection) {
        return switch (connection.protocol()) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            case HTTP_2 -> "2";
        };
    }
}
