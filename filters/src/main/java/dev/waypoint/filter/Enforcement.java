package dev.waypoint.filter;

/** Whether a filter's decisions are obeyed. Applied by the engine, not by the filter. */
public sealed interface Enforcement {

    /** Obeyed. */
    record Enforced() implements Enforcement {}

    /** Evaluated and counted only: changes and verdicts are dropped. */
    record Shadow() implements Enforcement {}

    /**
     * Obeyed for a share of the requests, chosen at random; not run for the others.
     *
     * @param millionths the share in millionths, 0 to 1,000,000
     */
    record Sampled(int millionths) implements Enforcement {
        public Sampled {
            if (millionths < 0 || millionths > 1_000_000) {
                throw new IllegalArgumentException("share is " + millionths + " millionths, expected 0 to 1000000");
            }
        }
    }

    /** The default. */
    static Enforcement enforced() {
        return new Enforced();
    }
}
