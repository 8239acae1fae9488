package dev.waypoint.transport.netty;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Header values on their way out by HTTP/2: what is beyond Latin-1 becomes UTF-8, and nothing can smuggle control characters. */
final class Values {

    private Values() {}

    static CharSequence clean(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f || c > 0xff) {
                return unusual(value);
            }
        }
        return value;
    }

    private static CharSequence unusual(String value) {
        boolean latin = value.chars().allMatch(c -> c < 256);
        byte[] bytes = value.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] >= 0 && bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7f) {
                bytes[i] = ' ';
            }
        }
        return new AsciiString(bytes, false);
    }
}
