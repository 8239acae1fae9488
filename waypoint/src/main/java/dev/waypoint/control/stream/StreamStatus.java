package dev.waypoint.control.stream;

import java.time.Instant;
import java.util.Optional;

/**
 * How a proxy's stream stands.
 *
 * @param controller where its controller is
 * @param connected whether there is a stream now
 * @param changed when {@code connected} last changed
 * @param origin where the configuration in force came from
 * @param version the controller's number of what is in force; 0 if there is nothing
 * @param refused the newest version, if it was refused
 * @param problem why there is no stream; empty if there is one
 * @param counts what happened since the start
 */
public record StreamStatus(
        String controller,
        boolean connected,
        Instant changed,
        Origin origin,
        long version,
        Optional<Refused> refused,
        String problem,
        Counts counts) {

    /** Where configuration came from. */
    public enum Origin {
        /** There is none yet. */
        NONE,
        /** Kept from before the program started; the controller has not confirmed it yet. */
        KEPT,
        /** The controller. */
        CONTROLLER
    }

    /**
     * A version that could not come into force.
     *
     * @param version its number
     * @param reason why
     */
    public record Refused(long version, String reason) {}

    /**
     * What happened since the start.
     *
     * @param streams streams that came about
     * @param accepted versions that were put into force
     * @param refused versions that were not
     * @param bytes of messages that were received, before compression and encryption
     */
    public record Counts(long streams, long accepted, long refused, long bytes) {
        static final Counts NONE = new Counts(0, 0, 0, 0);
    }

    static StreamStatus begin(String controller, Instant now) {
        return new StreamStatus(
                controller, false, now, Origin.NONE, 0, Optional.empty(), "not connected yet", Counts.NONE);
    }

    StreamStatus connected(Instant now) {
        Counts next = new Counts(counts.streams + 1, counts.accepted, counts.refused, counts.bytes);
        return new StreamStatus(controller, true, now, origin, version, refused, "", next);
    }

    StreamStatus disconnected(Instant now, String why) {
        return new StreamStatus(controller, false, connected ? now : changed, origin, version, refused, why, counts);
    }

    StreamStatus kept(long number) {
        return new StreamStatus(controller, connected, changed, Origin.KEPT, number, refused, problem, counts);
    }

    StreamStatus received(int bytes) {
        Counts next = new Counts(counts.streams, counts.accepted, counts.refused, counts.bytes + bytes);
        return new StreamStatus(controller, connected, changed, origin, version, refused, problem, next);
    }

    StreamStatus accepted(long number) {
        Counts next = new Counts(counts.streams, counts.accepted + 1, counts.refused, counts.bytes);
        return new StreamStatus(
                controller, connected, changed, Origin.CONTROLLER, number, Optional.empty(), problem, next);
    }

    StreamStatus refused(long number, String why) {
        Counts next = new Counts(counts.streams, counts.accepted, counts.refused + 1, counts.bytes);
        return new StreamStatus(
                controller, connected, changed, origin, version, Optional.of(new Refused(number, why)), problem, next);
    }
}
