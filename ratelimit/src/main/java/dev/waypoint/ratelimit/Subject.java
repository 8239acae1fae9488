package dev.waypoint.ratelimit;

/** What one limit is asked about one request: a key, or that the request has none. */
public sealed interface Subject permits LimitKey, Subject.Absent {

    /** The request lacks what the key is made of. (To share one bucket instead, give {@link LimitKey#SHARED}.) */
    enum Absent implements Subject {
        /** This limit does not apply. */
        SKIP,
        /** This limit refuses: what the key is made of must be there. */
        REJECT
    }
}
