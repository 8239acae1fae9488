package dev.waypoint.ratelimit;

/** Absorbs backward steps of a clock that is not monotonic. */
final class SteadyClock implements NanoClock {

    private final NanoClock source;
    private long lastRead;
    private long absorbed;

    SteadyClock(NanoClock source) {
        this.source = source;
        this.lastRead = source.nanos();
    }

    /**
     * Reading and remembering are one step under the lock: two threads whose readings changed places would look like a
     * step back, and absorbing that would make time run fast.
     */
    @Override
    public synchronized long nanos() {
        long read = source.nanos();
        if (read < lastRead) {
            absorbed += lastRead - read;
        }
        lastRead = read;
        return read + absorbed;
    }
}
