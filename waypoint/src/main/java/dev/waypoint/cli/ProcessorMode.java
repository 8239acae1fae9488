package dev.waypoint.cli;

/** A mode that a processor claims to fit, as users write it. */
public enum ProcessorMode {
    /** Headers alone. */
    headers,
    /** Bodies in pieces, each with its reply. */
    streamed,
    /** Whole bodies. */
    buffered,
    /** The beginning of bodies. */
    partial,
    /** Bodies in pieces, in and out. */
    duplex
}
