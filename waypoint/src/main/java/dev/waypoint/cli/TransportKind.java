package dev.waypoint.cli;

/** Who moves the bytes. */
public enum TransportKind {
    /** The lean transport. */
    netty,
    /** The transport made of Armeria's server and client. */
    armeria
}
