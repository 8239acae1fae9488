package dev.waypoint.observe;

/** A histogram that can be read. */
interface Distribution {

    /** The upper bounds of the buckets in milliseconds, without the last, infinite one. */
    double[] bounds();

    /** Adds what was recorded to a total: one field for each bucket, the last one the infinite one. */
    void addTo(long[] totals);

    /** The sum of all durations, in seconds. */
    double sumSeconds();
}
