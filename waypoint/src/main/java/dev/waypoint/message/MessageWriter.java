package dev.waypoint.message;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * Where the body of a message is written to, and how the opposite direction of the same stream is slowed down. Confined to one
 * event loop. After an end or a reset, further calls are ignored; data given to them is released.
 */
public interface MessageWriter {

    /** Writes data; the ownership of pooled buffers goes with it. An empty piece with {@code end} ends the message. */
    void data(HttpData data, boolean end);

    /** Writes trailers, which end the message. Dropped, ending the message, where the protocol cannot carry them. */
    void trailers(HttpHeaders trailers);

    /** Ends the stream at once, in both directions. */
    void reset(ResetCode code);

    /** Whether more fits now; else the peer's {@code onWritable} is called when it does again. */
    boolean isWritable();

    /** Stops reading from the stream. Pieces under way may still be delivered. Calls do not nest. */
    void pause();

    /** Reads on. */
    void resume();
}
