package dev.waypoint.ratelimit;

import java.time.Duration;

/**
 * How fast a bucket fills and how much it holds.
 *
 * @param requests tokens that come back in one {@code period}, evenly spread over it, 1 to 1 000 000 000
 * @param period 1 ms to 366 days
 * @param burst size of the bucket in tokens, which is also what it starts with, 1 to 1 000 000 000
 */
public record Rate(long requests, Duration period, long burst) {

    /** The most requests per period, and the largest burst. */
    public static final long MAX_TOKENS = 1_000_000_000L;

    private static final Duration MIN_PERIOD = Duration.ofMillis(1);
    private static final Duration MAX_PERIOD = Duration.ofDays(366);

    /** @throws IllegalArgumentException naming the field, the value and what was expected */
    public Rate {
        Require.between("requests", requests, 1, MAX_TOKENS);
        Require.between("burst", burst, 1, MAX_TOKENS);
        if (period.compareTo(MIN_PERIOD) < 0 || period.compareTo(MAX_PERIOD) > 0) {
            throw new IllegalArgumentException(
                    "period is " + period + ", expected " + MIN_PERIOD + " to " + MAX_PERIOD);
        }
    }

    /** A rate whose burst is the number of requests of one period. */
    public static Rate of(long requests, Duration period) {
        return new Rate(requests, period, requests);
    }
}
