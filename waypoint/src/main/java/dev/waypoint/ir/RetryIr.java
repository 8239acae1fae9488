package dev.waypoint.ir;

import java.time.Duration;
import java.util.Set;

/**
 * When a failed attempt is made again.
 *
 * @param attempts the most retries
 * @param statuses answers that are retried
 * @param grpcStatuses trailers-only gRPC answers that are retried
 * @param conditions failures that are retried
 * @param backoff the shortest pause before the first retry; doubles, with jitter
 * @param maxBackoff the longest pause
 * @param maxBodyBytes how much of a request's body is kept for a retry; a longer one is not retried
 */
public record RetryIr(
        int attempts,
        Set<Integer> statuses,
        Set<Integer> grpcStatuses,
        Set<Condition> conditions,
        Duration backoff,
        Duration maxBackoff,
        int maxBodyBytes) {

    /** A failure that may be retried. */
    public enum Condition {
        /** No connection came about: the request was not seen by anybody. */
        CONNECT_FAILURE,
        /** The endpoint said that it did not process the request. */
        REFUSED,
        /** The connection or stream ended before the response: the request may have been processed. */
        RESET,
        /** One attempt took longer than it may. */
        ATTEMPT_TIMEOUT
    }

    public RetryIr {
        statuses = Set.copyOf(statuses);
        grpcStatuses = Set.copyOf(grpcStatuses);
        conditions = Set.copyOf(conditions);
    }
}
