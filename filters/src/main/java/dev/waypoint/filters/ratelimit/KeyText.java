package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.ratelimit.LimitKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Keys for people. What clients prove themselves with is shown as a digest. */
final class KeyText {

    private static final int SHOWN_BYTES = 6;

    private KeyText() {}

    /** The key with the names of its parts, such as {@code Header x-tenant=acme}. */
    static String named(List<KeyPart> parts, LimitKey key) {
        List<String> values = key.parts();
        if (values.isEmpty()) {
            return parts.isEmpty() ? "one for all" : "without key";
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            KeyPart part = parts.get(i);
            texts.add(part.label() + "=" + (isCredential(part) ? hashed(values.get(i)) : values.get(i)));
        }
        return String.join(", ", texts);
    }

    /** A digest that tells values apart and says nothing else, such as {@code #1f3a5c7e9b0d}. */
    static String hashed(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return "#" + HexFormat.of().formatHex(digest, 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Any header may carry a credential; these always do. */
    private static boolean isCredential(KeyPart part) {
        return switch (part.type()) {
            case COOKIE -> true;
            case HEADER -> {
                String name = part.name().orElse("").toLowerCase(Locale.ROOT);
                yield name.contentEquals(HttpHeaderNames.AUTHORIZATION)
                        || name.contentEquals(HttpHeaderNames.COOKIE)
                        || name.contains("key")
                        || name.contains("token")
                        || name.contains("secret");
            }
            case QUERY -> true;
            case CLIENT_ADDRESS, PATH, METHOD, HOST, SOURCE_NAMESPACE, SOURCE_IDENTITY, CLAIM, USER -> false;
        };
    }
}
