package dev.waypoint.ratelimit;

import java.time.Duration;
import java.util.Comparator;

/**
 * What one limit said about one request, and how its bucket stands after the decision.
 *
 * @param limit the limit asked, as configured at that time
 * @param subject the key, or that there was none
 * @param outcome what it said
 * @param remaining tokens left for further requests at this replica, rounded down, never negative
 * @param nextNanos until {@code remaining} grows by one; 0 if the bucket is full
 * @param resetNanos until the bucket is full
 * @param retryNanos until a request like this one can be admitted; 0 if now, or if waiting does not help
 */
public record Verdict(
        Limit limit,
        Subject subject,
        Outcome outcome,
        long remaining,
        long nextNanos,
        long resetNanos,
        long retryNanos) {

    /** Refusals first, then by the longer wait for a request like this one, then by what is left. */
    static final Comparator<Verdict> TIGHTEST_FIRST = Comparator.comparing(
                    (Verdict verdict) -> !verdict.outcome().refuses())
            .thenComparing(Comparator.comparingLong(Verdict::retryNanos).reversed())
            .thenComparingLong(Verdict::remaining)
            .thenComparing(Comparator.comparingLong(Verdict::nextNanos).reversed());

    /** What a limit says. */
    public enum Outcome {
        /** Admits; tokens were taken if all enforced limits admitted. */
        PASSED,
        /** Refuses. */
        LIMITED,
        /** Refuses because its store cannot be reached. */
        UNREACHABLE,
        /** Would refuse, but is in shadow mode. */
        SHADOW_LIMITED,
        /** Was not asked: the request has no key for it, or its store was not asked because another limit refuses. */
        SKIPPED;

        /** Whether the request is refused for it. */
        public boolean refuses() {
            return this == LIMITED || this == UNREACHABLE;
        }
    }

    /** Whether a bucket was asked, so that its figures mean something. */
    public boolean asked() {
        return subject instanceof LimitKey;
    }

    public Duration retryAfter() {
        return Duration.ofNanos(retryNanos);
    }

    public Duration resetAfter() {
        return Duration.ofNanos(resetNanos);
    }
}
