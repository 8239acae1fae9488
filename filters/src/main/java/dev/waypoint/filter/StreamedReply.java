package dev.waypoint.filter;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/** The rest of an answer that a filter gives piece by piece. Confined to the exchange's event loop. */
public interface StreamedReply {

    /** Sends data; the ownership of pooled buffers goes with it. An empty piece with {@code end} is legal. */
    void data(HttpData data, boolean end);

    /** Sends trailers, which end the answer. */
    void trailers(HttpHeaders trailers);

    /** Breaks the answer off: the exchange is reset. */
    void abort();
}
