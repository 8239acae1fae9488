package dev.waypoint.extproc.state;

import dev.waypoint.config.Name;
import dev.waypoint.extproc.v3.ProcessingMode.BodySendMode;

/** How a body is shown to the processor. */
public enum BodyMode {
    /** Not at all. */
    @Name("None")
    NONE(BodySendMode.NONE),
    /** Piece by piece; each piece waits for its reply. */
    @Name("Streamed")
    STREAMED(BodySendMode.STREAMED),
    /** The whole, at most as much as the buffer limit. */
    @Name("Buffered")
    BUFFERED(BodySendMode.BUFFERED),
    /** As much as the buffer limit; the rest passes unseen. */
    @Name("BufferedPartial")
    BUFFERED_PARTIAL(BodySendMode.BUFFERED_PARTIAL),
    /** Piece by piece; what goes on is what the processor sends, whenever it does. */
    @Name("FullDuplexStreamed")
    FULL_DUPLEX_STREAMED(BodySendMode.FULL_DUPLEX_STREAMED);

    private final BodySendMode wire;

    BodyMode(BodySendMode wire) {
        this.wire = wire;
    }

    /** As on the wire. */
    public BodySendMode wire() {
        return wire;
    }

    /** From the wire. {@code GRPC} is for proxyless clients: like Envoy, a proxy treats it as no body at all. */
    public static BodyMode of(BodySendMode wire) {
        return switch (wire) {
            case STREAMED -> STREAMED;
            case BUFFERED -> BUFFERED;
            case BUFFERED_PARTIAL -> BUFFERED_PARTIAL;
            case FULL_DUPLEX_STREAMED -> FULL_DUPLEX_STREAMED;
            case NONE, GRPC, UNRECOGNIZED -> NONE;
        };
    }
}
