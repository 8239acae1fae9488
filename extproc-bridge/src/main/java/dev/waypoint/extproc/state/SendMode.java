package dev.waypoint.extproc.state;

import dev.waypoint.config.Name;
import dev.waypoint.extproc.v3.ProcessingMode.HeaderSendMode;

/** Whether headers or trailers are shown to the processor. */
public enum SendMode {
    /** Headers are sent, trailers are not. */
    @Name("Default")
    DEFAULT,
    @Name("Send")
    SEND,
    @Name("Skip")
    SKIP;

    /** From the wire. */
    public static SendMode of(HeaderSendMode wire) {
        return switch (wire) {
            case SEND -> SEND;
            case SKIP -> SKIP;
            case DEFAULT, UNRECOGNIZED -> DEFAULT;
        };
    }

    /** As on the wire. */
    public HeaderSendMode wire() {
        return switch (this) {
            case DEFAULT -> HeaderSendMode.DEFAULT;
            case SEND -> HeaderSendMode.SEND;
            case SKIP -> HeaderSendMode.SKIP;
        };
    }

    /** This mode laid over another: the default leaves the other. */
    SendMode over(SendMode base) {
        return this == DEFAULT ? base : this;
    }
}
