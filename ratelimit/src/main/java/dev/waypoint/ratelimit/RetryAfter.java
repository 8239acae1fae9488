package dev.waypoint.ratelimit;

import java.time.Duration;
import java.util.Optional;

/** The {@code Retry-After} response field, RFC 9110 section 10.2.3, as a number of seconds. */
public final class RetryAfter {

    public static final String NAME = "Retry-After";

    private RetryAfter() {}

    /** Seconds rounded up, so that a client that comes back then is not early; empty for no wait, which would not help. */
    public static Optional<String> value(Duration wait) {
        return wait.isPositive() ? Optional.of(Long.toString(DraftHeaders.seconds(wait.toNanos()))) : Optional.empty();
    }

    /** The value for a decision: until all limits that refused can admit. */
    public static Optional<String> value(Decision decision) {
        return switch (decision) {
            case Decision.Admitted admitted -> Optional.empty();
            case Decision.Pending pending -> Optional.empty();
            case Decision.Limited limited -> value(limited.retryAfter());
        };
    }
}
