package dev.waypoint.transport.netty;

import dev.waypoint.message.UpstreamTarget;

/** Makes connections: the one place where pools get channels from, whatever carries the bytes. */
interface Dialer {

    /** Starts a connection; the outcome is told on the loop, after this call. */
    void dial(LoopState loop, UpstreamTarget target, Dial.Outcome outcome);
}
