package dev.waypoint.filter;

/** The request direction as seen from one session. */
public non-sealed interface RequestFlow extends Flow {

    /** The head that {@link #head} passes on. */
    RequestHead current();

    /**
     * Answers in place of the upstream. What still comes of the request is discarded. If the response had started, the exchange
     * is reset instead.
     */
    void reply(LocalReply reply);

    /**
     * Matches the route again by the head as it now is, before {@link #head} passes it on. Filters that the request already
     * passed do not run again. Granted a bounded number of times for each exchange, then ignored and counted.
     */
    void reroute();
}
