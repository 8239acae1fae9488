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
     * Begins an answer in place of the upstream, whose body comes piece by piece. The answer passes the response chain as that of
     * {@link #reply(LocalReply)} does. Nothing more of the request can be passed on; what still comes of it is still given to
     * this session. If the response had started, the exchange is reset.
     *
     * @param head the head of the answer
     * @param end whether the head is all of it
     */
    StreamedReply reply(ResponseHead head, boolean end);

    /**
     * Matches the route again by the head as it now is, before {@link #head} passes it on. Filters that the request already
     * passed do not run again. Granted a bounded number of times for each exchange, then ignored and counted.
     */
    void reroute();
}
