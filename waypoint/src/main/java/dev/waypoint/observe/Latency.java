package dev.waypoint.observe;

import java.util.concurrent.TimeUnit;

/** A histogram of durations with one writing thread. The bounds are those of Istio's dashboards. */
final class Latency implements Distribution {

    /** The upper bounds of the buckets in milliseconds; one more bucket takes all above. */
    private static final double[] BOUNDS_MILLIS = {
        0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000
    };

    private static final long[] BOUNDS_NANOS = Distribution.nanos(BOUNDS_MILLIS);

    private final Counts buckets = new Counts(BOUNDS_MILLIS.length + 1);
    private final Counts sum = new Counts(1);

    @Override
    public double[] bounds() {
        return BOUNDS_MILLIS.clone();
    }

    void record(long nanos) {
        buckets.add(Distribution.bucket(BOUNDS_NANOS, nanos), 1);
        sum.add(0, nanos);
    }

    @Override
    public void addTo(long[] totals) {
        for (int i = 0; i < totals.length; i++) {
            totals[i] += buckets.get(i);
        }
    }

    @Override
    public double sumSeconds() {
        return sum.get(0) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
