package dev.waypoint.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations as the Gateway API writes them: one to four groups of one to five digits with {@code h}, {@code m}, {@code s} or
 * {@code ms} (<a href="https://gateway-api.sigs.k8s.io/geps/gep-2257/">GEP-2257</a>).
 */
public final class DurationText {

    /** The form as a regular expression, for schemas. */
    public static final String PATTERN = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

    private static final int MAX_GROUPS = 4;
    private static final int MAX_DIGITS = 5;
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long MILLIS_PER_MINUTE = 60 * MILLIS_PER_SECOND;
    private static final long MILLIS_PER_HOUR = 60 * MILLIS_PER_MINUTE;

    private DurationText() {}

    /** Reads a duration; empty if the text has another form. */
    public static Optional<Duration> parse(String text) {
        long millis = 0;
        int at = 0;
        for (int groups = 0; at < text.length(); groups++) {
            int start = at;
            long number = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                number = number * 10 + (text.charAt(at) - '0');
                if (++at - start > MAX_DIGITS) {
                    return Optional.empty();
                }
            }
            boolean milli = text.startsWith("ms", at);
            long unit = milli ? 1 : at < text.length() ? unit(text.charAt(at)) : 0;
            if (at == start || unit == 0 || groups == MAX_GROUPS) {
                return Optional.empty();
            }
            millis += number * unit;
            at += milli ? 2 : 1;
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    private static long unit(char letter) {
        return switch (letter) {
            case 'h' -> MILLIS_PER_HOUR;
            case 'm' -> MILLIS_PER_MINUTE;
            case 's' -> MILLIS_PER_SECOND;
            default -> 0;
        };
    }

    /** Prints a duration in its shortest canonical form; parts below a millisecond are dropped. */
    public static String print(Duration duration) {
        long millis = duration.toMillis();
        StringBuilder text = new StringBuilder();
        append(text, millis / MILLIS_PER_HOUR, "h");
        append(text, millis % MILLIS_PER_HOUR / MILLIS_PER_MINUTE, "m");
        append(text, millis % MILLIS_PER_MINUTE / MILLIS_PER_SECOND, "s");
        append(text, millis % MILLIS_PER_SECOND, "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
