package dev.waypoint.extproc.state;

/** Which reply a direction waits for. */
enum Waiting {
    NOTHING,
    HEADERS,
    /** The one body message of a complete body, in whatever mode. */
    WHOLE_BODY,
    CHUNKS,
    PARTIAL_BODY,
    TRAILERS
}
