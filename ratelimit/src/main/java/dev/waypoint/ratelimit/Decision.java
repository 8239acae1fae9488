package dev.waypoint.ratelimit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether a request may go on, and what each limit said about it, in the order of {@link Limiter#limits()}. */
public sealed interface Decision {

    List<Verdict> verdicts();

    /** Every enforced limit admitted, and each took its tokens. */
    record Admitted(List<Verdict> verdicts) implements Decision {
        public Admitted {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** An enforced limit refused; no limit took anything. */
    record Limited(List<Verdict> verdicts) implements Decision {
        public Limited {
            verdicts = List.copyOf(verdicts);
        }

        /** The first limit that refused. */
        public Verdict refusal() {
            return verdicts.stream()
                    .filter(verdict -> verdict.outcome() == Verdict.Outcome.LIMITED)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("limited by no limit: " + verdicts));
        }

        /** Until all limits that refused can admit; zero if waiting does not help. */
        public Duration retryAfter() {
            return verdicts.stream()
                    .map(Verdict::retryAfter)
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }
    }

    /**
     * The enforced limit that a client should hear of: of those that refused the one that does so longest, else the one
     * with the fewest tokens left. Shadow limits are nobody's business.
     */
    default Optional<Verdict> tightest() {
        Comparator<Verdict> closest = Comparator.comparing(
                        (Verdict verdict) -> verdict.outcome() != Verdict.Outcome.LIMITED)
                .thenComparing(Comparator.comparingLong(Verdict::retryNanos).reversed())
                .thenComparingLong(Verdict::remaining)
                .thenComparing(Comparator.comparingLong(Verdict::nextNanos).reversed());
        return verdicts().stream()
                .filter(verdict -> verdict.asked() && verdict.limit().enforced())
                .min(closest);
    }
}
