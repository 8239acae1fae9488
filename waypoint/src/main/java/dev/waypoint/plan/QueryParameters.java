package dev.waypoint.plan;

import dev.waypoint.filter.MatchPath;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request target, decoded; the first value of a repeated one counts. */
final class QueryParameters {

    private final Map<String, String> first = new HashMap<>();

    private QueryParameters(String query) {
        for (int start = 0; start < query.length(); ) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            int equals = query.indexOf('=', start);
            if (equals < 0 || equals > end) {
                first.putIfAbsent(decode(query.substring(start, end)), "");
            } else {
                first.putIfAbsent(decode(query.substring(start, equals)), decode(query.substring(equals + 1, end)));
            }
            start = end + 1;
        }
    }

    static QueryParameters of(String target) {
        return new QueryParameters(MatchPath.queryOf(target));
    }

    @Nullable
    String first(String name) {
        return first.get(name);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return text;
        }
    }
}
