package dev.waypoint.plan;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what serves a host: the exact name, else the longest wildcard, else what serves all. The cost does not grow with the
 * number of names. Names are compared without case and port.
 *
 * @param <T> what is found
 */
public final class HostTable<T> {

    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> suffixes = new HashMap<>();
    private final @Nullable T any;

    private HostTable(Map<String, T> byName) {
        T all = null;
        for (Map.Entry<String, T> entry : byName.entrySet()) {
            String name = entry.getKey().toLowerCase(Locale.ROOT);
            if (name.isEmpty() || name.equals("*")) {
                all = entry.getValue();
            } else if (name.startsWith("*.")) {
                suffixes.put(name.substring(1), entry.getValue());
            } else {
                exact.put(name, entry.getValue());
            }
        }
        any = all;
    }

    /** A table of names: exact, {@code *.suffix}, or {@code *} and the empty name for all. */
    public static <T> HostTable<T> of(Map<String, T> byName) {
        return new HostTable<>(byName);
    }

    /** Finds by a host name without port, in lower case. */
    public Optional<T> find(String host) {
        return Optional.ofNullable(findOrNull(host));
    }

    @Nullable
    T findOrNull(String host) {
        T found = exact.get(host);
        if (found != null) {
            return found;
        }
        if (!suffixes.isEmpty()) {
            for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
                found = suffixes.get(host.substring(dot));
                if (found != null) {
                    return found;
                }
            }
        }
        return any;
    }

    /** The host of an authority: without port, in lower case; brackets of IPv6 addresses stay. */
    public static String hostOf(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon >= 0 && colon > authority.lastIndexOf(']')) {
            end = colon;
        }
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return authority.substring(0, end).toLowerCase(Locale.ROOT);
            }
        }
        return end == authority.length() ? authority : authority.substring(0, end);
    }
}
