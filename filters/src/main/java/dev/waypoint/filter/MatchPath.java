package dev.waypoint.filter;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The spelling of a path that routes are matched by. What is forwarded is the target as received; what is matched is this:
 * without query, escapes of unreserved characters decoded (RFC 3986, section 6.2.2.2), other escapes in upper case, dot segments
 * removed (section 5.2.4), runs of slashes merged. So {@code /a//b}, {@code /a/./b} and {@code /%61/b} are matched as {@code /a/b};
 * {@code %2F} stays an escape and is no separator.
 */
public final class MatchPath {

    private MatchPath() {}

    /** The path of a request target, normalised. */
    public static String of(String target) {
        int end = endOfPath(target);
        boolean plain = true;
        for (int i = 0; i < end && plain; i++) {
            char c = target.charAt(i);
            plain = c != '%' && !(c == '/' && i + 1 < end && isSuspicious(target.charAt(i + 1)));
        }
        if (plain) {
            return end == target.length() ? target : target.substring(0, end);
        }
        return removeDots(decode(target, end));
    }

    /** The query of a request target without its question mark; empty without one. */
    public static String queryOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    private static int endOfPath(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
        }
        return target.length();
    }

    private static boolean isSuspicious(char afterSlash) {
        return afterSlash == '/' || afterSlash == '.';
    }

    private static String decode(String target, int end) {
        StringBuilder result = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = target.charAt(i);
            if (c != '%' || i + 2 >= end) {
                result.append(c);
                continue;
            }
            int high = Character.digit(target.charAt(i + 1), 16);
            int low = Character.digit(target.charAt(i + 2), 16);
            if (high < 0 || low < 0) {
                result.append(c);
                continue;
            }
            char decoded = (char) (high * 16 + low);
            if (isUnreserved(decoded)) {
                result.append(decoded);
            } else {
                result.append('%')
                        .append(Character.toUpperCase(target.charAt(i + 1)))
                        .append(Character.toUpperCase(target.charAt(i + 2)));
            }
            i += 2;
        }
        return result.toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static String removeDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        boolean directory = false;
        for (int start = path.startsWith("/") ? 1 : 0; start <= path.length(); ) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            directory = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!directory) {
                kept.addLast(segment);
            }
            start = end + 1;
        }
        if (kept.isEmpty()) {
            return "/";
        }
        StringBuilder result = new StringBuilder(path.length());
        kept.forEach(segment -> result.append('/').append(segment));
        return directory ? result.append('/').toString() : result.toString();
    }
}
