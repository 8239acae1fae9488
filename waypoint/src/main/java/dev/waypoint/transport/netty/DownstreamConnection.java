package dev.waypoint.transport.netty;

/** A downstream connection as its listener sees it. Called on its event loop. */
interface DownstreamConnection {

    /** Asks the client to come back on another connection; what comes on this one meanwhile is answered. */
    void leave();

    /** Takes no further request and closes when the running ones have ended. */
    void drain();

    /** Closes at once. */
    void abort();
}
