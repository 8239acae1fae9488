package dev.waypoint.source.envoy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** The JSON form of a Protocol Buffers duration: seconds with up to nine digits after the point, and an {@code s}. */
final class ProtoDuration {

    private static final Pattern FORM = Pattern.compile("-?\\d{1,12}(\\.\\d{0,9})?s");

    private ProtoDuration() {}

    static Optional<Duration> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
        long whole = seconds.longValue();
        long nanos =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
        return Optional.of(Duration.ofSeconds(whole, nanos));
    }
}
