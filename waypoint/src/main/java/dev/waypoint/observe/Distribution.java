package dev.waypoint.observe;

/** A histogram that can be read. */
interface Distribution {

    /** The upper bounds of the buckets in milliseconds, without the last, infinite one. */
    double[] bounds();

    /** Adds what was recorded to a total: one field for each bucket, the last one the infinite one. */
    void addTo(long[] totals);

    /** The sum of all durations, in seconds. */
    double sumSeconds();

    /** Upper bounds in nanoseconds. */
    static long[] nanos(double[] millis) {
        long[] nanos = new long[millis.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (long) (millis[i] * 1_000_000);
        }
        return nanos;
    }

    /** The bucket that a duration belongs to: the first one whose upper bound is not below it, else the infinite one. */
    static int bucket(long[] boundsNanos, long nanos) {
        int bucket = 0;
        while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
