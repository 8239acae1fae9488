package dev.waypoint.ratelimit.envoy;

/**
 * Envoy's {@code FractionalPercent}: a part of all requests.
 *
 * @param numerator above {@code denominator} means all, as in Envoy
 * @param denominator 100, 10 000 or 1 000 000
 */
public record Fraction(long numerator, long denominator) {

    public static final Fraction NONE = new Fraction(0, 100);
    public static final Fraction ALL = new Fraction(100, 100);

    /** @throws IllegalArgumentException unless the denominator is one of the three and the numerator not negative */
    public Fraction {
        if (denominator != 100 && denominator != 10_000 && denominator != 1_000_000) {
            throw new IllegalArgumentException("denominator is " + denominator + ", expected 100, 10000 or 1000000");
        }
        if (numerator < 0) {
            throw new IllegalArgumentException("numerator is " + numerator + ", expected 0 or more");
        }
    }

    /** Whether every request belongs to the part, so that nothing needs to be drawn. */
    boolean all() {
        return numerator >= denominator;
    }

    /** Whether a request belongs to the part, for a random number drawn for it. */
    public boolean includes(long random) {
        return Long.remainderUnsigned(random, denominator) < numerator;
    }
}
