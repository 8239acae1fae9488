package dev.waypoint.gatewayapi;

import java.util.Locale;
import java.util.Optional;

/** Host names of listeners and routes: exact, {@code *.suffix} for one or more labels in front, or empty for all. */
final class Hostnames {

    /** How routing records write "all hosts". */
    static final String ANY = "*";

    private Hostnames() {}

    /** What both names cover; empty if there is no such host. */
    static Optional<String> intersect(String listener, String route) {
        String first = listener.toLowerCase(Locale.ROOT);
        String second = route.toLowerCase(Locale.ROOT);
        if (first.isEmpty() || first.equals(second)) {
            return Optional.of(second);
        }
        if (second.isEmpty()) {
            return Optional.of(first);
        }
        if (covers(first, second)) {
            return Optional.of(second);
        }
        return covers(second, first) ? Optional.of(first) : Optional.empty();
    }

    /** Whether a name covers all hosts of another one. */
    static boolean covers(String wide, String narrow) {
        if (wide.isEmpty() || wide.equals(ANY) || wide.equals(narrow)) {
            return true;
        }
        return isWildcard(wide)
                && narrow.length() > wide.length() - 1
                && narrow.endsWith(wide.substring(1))
                && !narrow.equals(ANY);
    }

    static boolean isWildcard(String name) {
        return name.startsWith("*.");
    }
}
