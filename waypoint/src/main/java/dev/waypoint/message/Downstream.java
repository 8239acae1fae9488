package dev.waypoint.message;

import dev.waypoint.filter.ResponseHead;

/** The client's side of one exchange: the engine writes the response to it. */
public interface Downstream extends MessageWriter {

    /** Passes on an informational response (1xx, but not 101). */
    void informational(ResponseHead head);

    /**
     * Writes the response's head. Status 101 answers a request with {@link dev.waypoint.filter.RequestHead#upgrade()}: data flows
     * both ways afterwards. Connection headers and framing are the transport's affair.
     *
     * @param end whether there is neither body nor trailers
     */
    void head(ResponseHead head, boolean end);

    /** Asks that the connection take no further request after this exchange: GOAWAY, or {@code connection: close}. */
    void closeAfter();
}
