package dev.waypoint.filter;

/** The response direction as seen from one session. */
public non-sealed interface ResponseFlow extends Flow {

    /** The head that {@link #head} passes on. */
    ResponseHead current();

    /**
     * Replaces the response, if its head was not passed on yet; else the exchange is reset. The reply goes straight to
     * the client: the filters nearer to it do not see it.
     */
    void reply(LocalReply reply);
}
