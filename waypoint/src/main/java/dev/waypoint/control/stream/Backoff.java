package dev.waypoint.control.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: each is drawn from the upper half of a span that doubles, so that the proxies of a fleet do not all come
 * back at the same moment.
 *
 * @param first the first span
 * @param longest the last span
 */
public record Backoff(Duration first, Duration longest) {

    /** From half a second to half a minute. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private static final int MOST_DOUBLINGS = 20;

    /** The pause after so many failures in a row, in milliseconds. */
    long millis(int failures, RandomGenerator random) {
        long span =
                Math.min(longest.toMillis(), first.toMillis() << Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1)));
        return span / 2 + random.nextLong(span / 2 + 1);
    }
}
