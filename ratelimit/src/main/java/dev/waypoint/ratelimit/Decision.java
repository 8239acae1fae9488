package dev.waypoint.ratelimit;

import java.time.Duration;
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

    /** No limit refuses, but some have to ask their store first; no limit took anything. */
    record Pending(List<Want> wants) implements Decision {
        public Pending {
            wants = List.copyOf(wants);
        }

        /** None yet. */
        @Override
        public List<Verdict> verdicts() {
            return List.of();
        }
    }

    /**
     * A limit that needs tokens from its store.
     *
     * @param limit its index in {@link Limiter#limits()}
     * @param key for what key
     */
    record Want(int limit, LimitKey key) {}

    /** How to decide about a request whose tokens only the store knows of. */
    enum Attempt {
        /** It is {@link Pending}. */
        FIRST,
        /** It is refused: the store was asked often enough. */
        LAST,
        /** As if the store were away: it gave no answer to this request. */
        UNANSWERED
    }

    /** An enforced limit refused; no limit took anything. */
    record Limited(List<Verdict> verdicts) implements Decision {
        public Limited {
            verdicts = List.copyOf(verdicts);
        }

        /** The first limit that refused. */
        public Verdict refusal() {
            return verdicts.stream()
                    .filter(verdict -> verdict.outcome().refuses())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("limited by no limit: " + verdicts));
        }

        /** Until all limits that refused can admit; zero if waiting does not help, because a required key is missing. */
        public Duration retryAfter() {
            long longest = 0;
            for (Verdict verdict : verdicts) {
                if (verdict.outcome().refuses()) {
                    if (!verdict.asked()) {
                        return Duration.ZERO;
                    }
                    longest = Math.max(longest, verdict.retryNanos());
                }
            }
            return Duration.ofNanos(longest);
        }
    }

    /**
     * The enforced limit that a client should hear of: of those that refused the one that does so longest, else the one
     * that will refuse longest or soonest. Shadow limits are nobody's business.
     */
    default Optional<Verdict> tightest() {
        return verdicts().stream()
                .filter(verdict -> verdict.asked() && verdict.limit().enforced())
                .min(Verdict.TIGHTEST_FIRST);
    }
}
