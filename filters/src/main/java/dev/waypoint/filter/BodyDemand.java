package dev.waypoint.filter;

/** What a filter asks of a body. */
public sealed interface BodyDemand {

    /** Nothing: data and trailers pass by; the session sees the head only. */
    record None() implements BodyDemand {}

    /** Each piece as it comes; each call passes on what should follow. */
    record Chunks() implements BodyDemand {}

    /**
     * The whole body at once. The engine holds the head until the body is complete, then gives the session the head, the body
     * as one piece of data, and the trailers.
     *
     * @param maxBytes the most that is held
     * @param overflow what happens when there is more
     */
    record Whole(long maxBytes, Overflow overflow) implements BodyDemand {}

    /** Everything, and the session alone decides what goes on and when. */
    record Duplex() implements BodyDemand {}

    /** What happens to a body that is larger than was asked for. */
    enum Overflow {
        /** A request is answered 413, a response is replaced by 500. */
        REJECT,
        /** What was held is delivered as a first piece, the rest follows in pieces. */
        PARTIAL
    }

    /** No body. */
    static BodyDemand none() {
        return new None();
    }

    /** Pieces as they come. */
    static BodyDemand chunks() {
        return new Chunks();
    }

    /** The whole body, rejected beyond the limit. */
    static BodyDemand whole(long maxBytes) {
        return new Whole(maxBytes, Overflow.REJECT);
    }

    /** Full control. */
    static BodyDemand duplex() {
        return new Duplex();
    }
}
