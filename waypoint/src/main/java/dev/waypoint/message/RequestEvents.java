package dev.waypoint.message;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;

/** What a transport tells the engine of one request after its head. All calls come on the connection's event loop. */
public interface RequestEvents {

    /** Data came; the ownership of pooled buffers comes with it. */
    void onData(HttpData data, boolean end);

    /** Trailers ended the request. */
    void onTrailers(HttpHeaders trailers);

    /** The client reset the stream or went away. Nothing follows, and nothing written arrives. */
    void onReset(ResetCode code);

    /** The downstream takes more response data again. */
    void onWritable();
}
