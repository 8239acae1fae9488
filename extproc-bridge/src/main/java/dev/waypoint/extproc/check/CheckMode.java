package dev.waypoint.extproc.check;

import dev.waypoint.extproc.state.BodyMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A way in which a processor may claim to be usable: how bodies of both directions are sent. */
public enum CheckMode {
    /** Headers alone. */
    HEADERS(BodyMode.NONE, "None"),
    /** Bodies in pieces, each with its reply. */
    STREAMED(BodyMode.STREAMED, "Streamed"),
    /** Whole bodies. */
    BUFFERED(BodyMode.BUFFERED, "Buffered"),
    /** The beginning of bodies. */
    PARTIAL(BodyMode.BUFFERED_PARTIAL, "BufferedPartial"),
    /** Bodies in pieces, in and out. */
    DUPLEX(BodyMode.FULL_DUPLEX_STREAMED, "FullDuplexStreamed");

    private final BodyMode body;
    private final String configured;

    CheckMode(BodyMode body, String configured) {
        this.body = body;
        this.configured = configured;
    }

    /** The body mode of both directions. */
    BodyMode body() {
        return body;
    }

    /** The modes as configuration of the proxy's filter. */
    String config() {
        String direction = "{headers: 'Send', body: '" + configured + "', trailers: 'Send'}";
        return "{request: " + direction + ", response: " + direction + "}";
    }

    /** As users write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of a name as users write it. */
    public static Optional<CheckMode> of(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text().equals(text)).findFirst();
    }
}
