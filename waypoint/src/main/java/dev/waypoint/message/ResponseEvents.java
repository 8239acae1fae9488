package dev.waypoint.message;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import dev.waypoint.filter.ResponseHead;

/** What a transport tells the engine of one upstream call. All calls come on the call's event loop. */
public interface ResponseEvents {

    /** An informational response came (1xx, but not 101). */
    void onInformational(ResponseHead head);

    /**
     * The response's head came, freed of hop-by-hop headers. Status 101 means that the upstream agreed to an upgrade.
     *
     * @param end whether there is neither body nor trailers
     */
    void onHead(ResponseHead head, boolean end);

    /** Data came; the ownership of pooled buffers comes with it. */
    void onData(HttpData data, boolean end);

    /** Trailers ended the response. */
    void onTrailers(HttpHeaders trailers);

    /** The call failed; nothing follows. It may come before or after the head. */
    void onFailure(UpstreamFailure failure);

    /** The call takes more request data again. */
    void onWritable();
}
