package dev.waypoint.ratelimit;

/** {@link System#nanoTime()}, which the Java platform already guarantees to be monotonic over all threads. */
enum SystemClock implements NanoClock {
    INSTANCE;

    private final long origin = System.nanoTime();

    @Override
    public long nanos() {
        return System.nanoTime() - origin;
    }
}
