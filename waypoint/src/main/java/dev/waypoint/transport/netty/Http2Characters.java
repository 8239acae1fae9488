package dev.waypoint.transport.netty;

/** Which characters HTTP/2 allows where (RFC 9113, section 8.2.1). */
final class Http2Characters {

    private static final boolean[] LOWER_TOKEN = new boolean[128];

    static {
        String allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
        for (int i = 0; i < allowed.length(); i++) {
            LOWER_TOKEN[allowed.charAt(i)] = true;
        }
    }

    private Http2Characters() {}

    static boolean isLowerToken(byte b) {
        return b >= 0 && LOWER_TOKEN[b];
    }

    /** Whether a text is a method: a token with any letters. */
    static boolean isMethod(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean upper = c >= 'A' && c <= 'Z';
            if (!upper && (c > 127 || !LOWER_TOKEN[c])) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether a text can stand on a request line: a path or {@code *}, without spaces. */
    static boolean isPath(String text) {
        if (text.isEmpty() || (text.charAt(0) != '/' && !text.equals("*"))) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ') {
                return false;
            }
        }
        return true;
    }
}
