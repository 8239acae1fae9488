package dev.waypoint.transport.netty;

/** A downstream connection as its listener sees it. Called on its event loop. */
interface DownstreamConnection {

    /** Takes no further request and closes when the running ones have ended. */
    void drain();

    /** Closes at once. */
    void abort();
}
