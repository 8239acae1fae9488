package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/**
 * One direction of an exchange as seen from one session: what it passes on, and how it slows down what comes. All methods are to
 * be called on the exchange's event loop. The order is head, then any data, then at most one end (a flag, or trailers).
 */
public sealed interface Flow permits RequestFlow, ResponseFlow {

    /** Passes the head on, as it now is. */
    void head(boolean end);

    /** Passes data on; the ownership of pooled buffers goes with it. An empty piece with {@code end} is legal. */
    void data(HttpData data, boolean end);

    /** Passes trailers on, which end the message. */
    void trailers(HttpHeaders trailers);

    /** Whether the next stage takes more now; else the session is told by its {@code on…Writable} method. */
    boolean isWritable();

    /** Asks that nothing more be delivered for now. Pieces under way may still come. Calls do not nest. */
    void pause();

    /** Ends a pause. */
    void resume();
}
