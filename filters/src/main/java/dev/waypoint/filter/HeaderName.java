package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.config.Spelled;
import io.netty.util.AsciiString;

/**
 * The name of a header in configuration: in any case, kept in lower case.
 *
 * @param lower the name
 */
@Spelled(pattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$")
public record HeaderName(AsciiString lower) {

    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";
    private static final int MAX_LENGTH = 256;

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is not a token (RFC 9110, section 5.6.2) of 1 to 256 characters
     */
    public static HeaderName parse(String text) {
        boolean token =
                !text.isEmpty() && text.length() <= MAX_LENGTH && text.chars().allMatch(HeaderName::isTokenCharacter);
        if (!token) {
            throw new IllegalArgumentException(
                    text.startsWith(":")
                            ? "expected the name of a header, not a pseudo header"
                            : "expected a header name: 1 to 256 letters, digits or any of " + TOKEN_PUNCTUATION);
        }
        return new HeaderName(HttpHeaderNames.of(text));
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return lower.toString();
    }
}
