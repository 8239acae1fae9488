package dev.waypoint.ratelimit;

import java.time.Duration;

/**
 * A bound on requests that are under way at the same time, for each key.
 *
 * @param name shown in metrics and explain; 1 to 253 printable ASCII characters
 * @param keys what distinguishes the counts
 * @param inFlight requests under way at most, 1 to 1 000 000
 * @param queue requests that may wait for a place, 0 to 1 000 000
 * @param maxWait how long one may wait, 0 to 1 h; must be positive if {@code queue} is
 * @param mode whether going beyond is refused or only counted
 */
public record ConcurrencyLimit(String name, KeyShape keys, int inFlight, int queue, Duration maxWait, Limit.Mode mode) {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** @throws IllegalArgumentException naming the field, the value and what was expected */
    public ConcurrencyLimit {
        Require.name("name of the limit", name);
        Require.between("inFlight of limit " + name, inFlight, 1, 1_000_000);
        Require.between("queue of limit " + name, queue, 0, 1_000_000);
        if (maxWait.isNegative() || maxWait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "maxWait of limit " + name + " is " + maxWait + ", expected PT0S to " + LONGEST_WAIT);
        }
        if ((queue == 0) != maxWait.isZero()) {
            throw new IllegalArgumentException("limit " + name + " has queue " + queue + " and maxWait " + maxWait
                    + ", expected both or neither to be zero");
        }
    }

    /** An enforced limit without keys and without a queue. */
    public static ConcurrencyLimit of(String name, int inFlight) {
        return new ConcurrencyLimit(name, KeyShape.NONE, inFlight, 0, Duration.ZERO, Limit.Mode.ENFORCE);
    }

    public ConcurrencyLimit withQueue(int newQueue, Duration newMaxWait) {
        return new ConcurrencyLimit(name, keys, inFlight, newQueue, newMaxWait, mode);
    }

    public ConcurrencyLimit withMode(Limit.Mode newMode) {
        return new ConcurrencyLimit(name, keys, inFlight, queue, maxWait, newMode);
    }

    public ConcurrencyLimit withInFlight(int newInFlight) {
        return new ConcurrencyLimit(name, keys, newInFlight, queue, maxWait, mode);
    }
}
