package dev.waypoint.filter;

/** The response direction as seen from one session. */
public non-sealed interface ResponseFlow extends Flow {

    /** The head that {@link #head} passes on. */
    ResponseHead current();

    /**
     * Replaces the response, if its head was not passed on yet; else the exchange is reset. The reply passes the rest of the
     * response chain only.
     */
    void reply(LocalReply reply);
}
