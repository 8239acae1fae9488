package dev.waypoint.filters.ratelimit;

import dev.waypoint.ratelimit.NanoClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The time that a log tells: nanoseconds since its first request. */
final class ReplayClock implements NanoClock {

    private Optional<Instant> start = Optional.empty();
    private long nanos;

    void set(Instant time) {
        if (start.isEmpty()) {
            start = Optional.of(time);
        }
        nanos = Duration.between(start.get(), time).toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }
}
