package dev.waypoint.ratelimit.envoy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What Envoy's filter does with a request and the limiter's decision: draws, counters and the answer. */
public final class LocalRateLimit {

    private final Fraction enabledFraction;
    private final Fraction enforcedFraction;
    private final LongSupplier random;
    private final LongAdder ok = new LongAdder();
    private final LongAdder rateLimited = new LongAdder();
    private final LongAdder enforced = new LongAdder();
    private final LongAdder shadowMode = new LongAdder();

    /** What becomes of a request. */
    public enum Answer {
        /** The filter does not run for it: no counters, no headers. */
        DISABLED,
        ALLOWED,
        /** Goes on, although a shadow descriptor would refuse it. */
        SHADOW_LIMITED,
        /** Goes on with {@code request_headers_to_add_when_not_enforced}. */
        NOT_ENFORCED,
        /** Is refused. */
        ENFORCED
    }

    /**
     * An answer with the decision behind it.
     *
     * @param answer what becomes of the request
     * @param decision empty if the filter did not run
     */
    public record Handled(Answer answer, Optional<LocalDecision> decision) {

        /** The bucket whose {@code x-ratelimit-*} headers the response has to carry, if any. */
        public Optional<TokenBucket> reported(boolean headersByDefault) {
            return decision.filter(made -> switch (made.headers()) {
                        case UNSPECIFIED -> headersByDefault;
                        case OFF -> false;
                        case DRAFT_VERSION_03 -> true;
                    })
                    .flatMap(LocalDecision::bucket);
        }
    }

    /**
     * @param enabledFraction {@code filter_enabled}, none if unset
     * @param enforcedFraction {@code filter_enforced}, none if unset
     * @param random a new number with each call, all 64 bits of it
     */
    public LocalRateLimit(Fraction enabledFraction, Fraction enforcedFraction, LongSupplier random) {
        this.enabledFraction = enabledFraction;
        this.enforcedFraction = enforcedFraction;
        this.random = random;
    }

    /** Runs the filter for one request with the limiter that applies to it. See {@link LocalLimiter#decide}. */
    public Handled handle(LocalLimiter limiter, List<RequestDescriptor> descriptors, double share) {
        if (!includes(enabledFraction)) {
            return new Handled(Answer.DISABLED, Optional.empty());
        }
        LocalDecision decision = limiter.decide(descriptors, share);
        Answer answer = switch (decision.result()) {
            case ALLOWED -> {
                ok.increment();
                yield Answer.ALLOWED;
            }
            case SHADOW_LIMITED -> {
                rateLimited.increment();
                shadowMode.increment();
                yield Answer.SHADOW_LIMITED;
            }
            case LIMITED -> limited();
        };
        return new Handled(answer, Optional.of(decision));
    }

    private Answer limited() {
        rateLimited.increment();
        if (!includes(enforcedFraction)) {
            return Answer.NOT_ENFORCED;
        }
        enforced.increment();
        return Answer.ENFORCED;
    }

    private boolean includes(Fraction part) {
        return part.all() || part.includes(random.getAsLong());
    }

    public LocalRateLimitStats stats() {
        long allowed = ok.sum();
        long refused = rateLimited.sum();
        // Who is looked at is either allowed or refused, so that is one counter less on the way of each request.
        return new LocalRateLimitStats(allowed + refused, allowed, refused, enforced.sum(), shadowMode.sum());
    }
}
