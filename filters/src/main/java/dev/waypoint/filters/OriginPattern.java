package dev.waypoint.filters;

import dev.waypoint.config.Spelled;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Which origins (RFC 6454) are meant: {@code *}, or {@code scheme://host[:port]} where the host may start with {@code *}, which
 * stands for any characters. The usual port of a scheme may be left out on either side.
 *
 * @param scheme the scheme; empty for any
 * @param host the host, or what follows the star
 * @param anyStart whether the host may start with anything
 * @param port the port; -1 for any
 */
@Spelled
record OriginPattern(String scheme, String host, boolean anyStart, int port) {

    private static final int MAX_PORT = 65535;

    /** An origin taken apart. */
    record Origin(String scheme, String host, int port) {

        /** Reads an {@code Origin} header, or the start of a {@code Referer}; empty for {@code null} and what is malformed. */
        static Optional<Origin> parse(String text) {
            try {
                URI uri = new URI(text);
                if (uri.getScheme() == null || uri.getHost() == null) {
                    return Optional.empty();
                }
                String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
                return Optional.of(
                        new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), orUsual(scheme, uri.getPort())));
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
        }
    }

    static OriginPattern parse(String text) {
        if (text.equals("*")) {
            return new OriginPattern("", "", true, -1);
        }
        int mark = text.indexOf("://");
        String rest = mark < 0 ? "" : text.substring(mark + 3).toLowerCase(Locale.ROOT);
        String scheme = mark < 0 ? "" : text.substring(0, mark).toLowerCase(Locale.ROOT);
        int colon = rest.lastIndexOf(':');
        boolean hasPort = colon > rest.lastIndexOf(']');
        String host = hasPort ? rest.substring(0, colon) : rest;
        boolean star = host.startsWith("*");
        String fixed = star ? host.substring(1) : host;
        if (scheme.isEmpty() || host.isEmpty() || fixed.chars().anyMatch(c -> c <= ' ' || "*/?#@".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "expected an origin such as https://shop.example, https://*.shop.example or *");
        }
        return new OriginPattern(scheme, fixed, star, hasPort ? port(rest.substring(colon + 1)) : orUsual(scheme, -1));
    }

    private static int port(String digits) {
        boolean plain =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = plain ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("expected an origin with a port from 1 to 65535");
        }
        return port;
    }

    private static int orUsual(String scheme, int port) {
        if (port >= 0) {
            return port;
        }
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> 0;
        };
    }

    boolean isAny() {
        return scheme.isEmpty();
    }

    boolean matches(Origin origin) {
        return isAny()
                || (origin.scheme.equals(scheme)
                        && origin.port == port
                        && (anyStart
                                ? origin.host.length() > host.length() && origin.host.endsWith(host)
                                : origin.host.equals(host)));
    }

    @Override
    public String toString() {
        if (isAny()) {
            return "*";
        }
        String end = port == orUsual(scheme, -1) ? "" : ":" + port;
        return scheme + "://" + (anyStart ? "*" : "") + host + end;
    }
}
