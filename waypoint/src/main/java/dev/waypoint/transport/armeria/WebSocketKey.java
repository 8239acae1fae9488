package dev.waypoint.transport.armeria;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The key that a WebSocket handshake of HTTP/1.1 needs and an extended CONNECT of HTTP/2 does not have (RFC 8441, section 5). */
final class WebSocketKey {

    private static final int BYTES = 16;

    private WebSocketKey() {}

    /** Makes a key for a WebSocket handshake without one. */
    static void addIfMissing(String protocol, HttpHeaders headers) {
        if (protocol.equalsIgnoreCase("websocket") && !headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            byte[] key = new byte[BYTES];
            ThreadLocalRandom.current().nextBytes(key);
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(key));
        }
    }
}
