package dev.waypoint.filter;

import java.time.Instant;
import java.util.List;

/**
 * A factory whose limits can be asked about requests of the past.
 *
 * @param <C> the configuration record
 */
public interface LimitReplay<C extends Record> extends FilterFactory<C> {

    /** Limits with full buckets and a clock of their own. */
    Replay replay(C config, FilterEnvironment environment);

    /** Asks limits about one request after the other. */
    interface Replay {
        /**
         * Which limits refuse a request.
         *
         * @param time when the request came, not before the one before
         * @param exchange the request
         */
        List<Refusal> ask(Instant time, Exchange exchange);
    }

    /**
     * A refusal.
     *
     * @param limit the name of the limit
     * @param key the key that was refused, with the names of its parts
     * @param shadow whether it would only have been counted
     */
    record Refusal(String limit, String key, boolean shadow) {}
}
