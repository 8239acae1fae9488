package dev.waypoint.observe;

import java.util.Optional;

/** Which exchanges the access log shows. */
public sealed interface AccessLogMode {

    /** None. */
    record Off() implements AccessLogMode {}

    /** All. */
    record Full() implements AccessLogMode {}

    /**
     * A share, chosen at random, and besides all that were not served as they should: answered by the proxy because something
     * failed, or with a status of 500 or more.
     *
     * @param percent above 0, at most 100
     */
    record Sampled(double percent) implements AccessLogMode {
        public Sampled {
            if (!(percent > 0 && percent <= 100)) {
                throw new IllegalArgumentException("share is " + percent + " %, expected more than 0 and at most 100");
            }
        }
    }

    /** Reads {@code off}, {@code full} or {@code sampled=5%}; empty if it is none of these. */
    static Optional<AccessLogMode> parse(String text) {
        return switch (text) {
            case "off" -> Optional.of(new Off());
            case "full" -> Optional.of(new Full());
            default -> sampled(text);
        };
    }

    private static Optional<AccessLogMode> sampled(String text) {
        if (!text.startsWith("sampled=") || !text.endsWith("%")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Sampled(Double.parseDouble(text.substring("sampled=".length(), text.length() - 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
