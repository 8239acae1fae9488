package dev.waypoint.transport;

/** The characters that requests may be made of (RFC 9110, RFC 9112 section 3, RFC 9113 section 8), alike for all transports. */
public final class HeadSyntax {

    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~", true);
    private static final boolean[] AUTHORITY = table("-._~!$&'()*+,;=:[]%", true);
    private static final boolean[] LOWER_TOKEN = table("!#$%&'*+-.^_`|~", false);

    private HeadSyntax() {}

    private static boolean[] table(String marks, boolean upper) {
        boolean[] table = new boolean[128];
        String all = marks + "0123456789abcdefghijklmnopqrstuvwxyz" + (upper ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "");
        for (int i = 0; i < all.length(); i++) {
            table[all.charAt(i)] = true;
        }
        return table;
    }

    private static boolean isMadeOf(boolean[] table, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 || !table[c]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text is a token, as methods are. */
    public static boolean isToken(String text) {
        return !text.isEmpty() && isMadeOf(TOKEN, text);
    }

    /** Whether a byte can stand in the name of an HTTP/2 header: that of a token in lower case. */
    public static boolean isLowerToken(byte b) {
        return b >= 0 && LOWER_TOKEN[b];
    }

    /** Whether a text can be a host with an optional port: no user, no path, no space. Empty is possible for {@code host}. */
    public static boolean isAuthority(String text) {
        return isMadeOf(AUTHORITY, text);
    }

    /** Whether a target is a path with an optional query, or {@code *} for OPTIONS: visible characters, no fragment. */
    public static boolean isPath(String target, String method) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return target.equals("*") && method.equals("OPTIONS");
        }
        return isVisible(target);
    }

    /** Whether a text has neither blanks nor control characters nor a fragment. */
    public static boolean isVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }
}
