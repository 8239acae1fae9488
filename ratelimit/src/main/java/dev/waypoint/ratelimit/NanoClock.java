package dev.waypoint.ratelimit;

/**
 * The only clock of this module: nanoseconds since an origin of its own choosing.
 *
 * <p>Limits never read the machine's clock, so a test or a replay of an access log decides what time it is.
 */
@FunctionalInterface
public interface NanoClock {

    /** Nanoseconds since the clock's origin. Must stay within ±146 years of it, so that differences fit a long. */
    long nanos();

    /** The JVM's monotonic clock, counted from the first use of this class. */
    static NanoClock system() {
        return SystemClock.INSTANCE;
    }

    /**
     * A view of {@code source} that never runs backwards: a step back is taken as "no time has passed", and time goes on
     * from there at the pace of the source. So it neither mints tokens nor withholds those of the time after the step.
     */
    static NanoClock steady(NanoClock source) {
        return switch (source) {
            case SystemClock system -> system;
            case SteadyClock steady -> steady;
            default -> new SteadyClock(source);
        };
    }
}
