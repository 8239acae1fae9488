package dev.waypoint.transport;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.filter.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The handshake values of WebSocket over HTTP/1.1 (RFC 6455, section 4), which HTTP/2 does not have (RFC 8441). */
public final class WebSocketKeys {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketKeys() {}

    /** The value of {@code sec-websocket-accept} for a key. */
    public static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    /** The key that a handshake over HTTP/1.1 has to get because its client spoke HTTP/2, where it has a version but no key. */
    public static Optional<String> missing(RequestHead head) {
        boolean lacksKey = head.upgrade().equalsIgnoreCase("websocket")
                && head.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION)
                && !head.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return lacksKey ? Optional.of(newKey()) : Optional.empty();
    }

    /** A new key. It guards against confused caches, not against attackers, so that a fast source of chance is enough. */
    private static String newKey() {
        byte[] bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
