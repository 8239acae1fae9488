package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.DurationText;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.EventTimer;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.RequestMatcher;
import dev.waypoint.ratelimit.ConcurrencyLimit;
import dev.waypoint.ratelimit.ConcurrencyLimiter;
import dev.waypoint.ratelimit.Limit;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.Subject;
import java.util.List;
import java.util.function.LongSupplier;

/** One limit of requests under way, ready to be asked. */
final class AskedConcurrency {

    final LimitId id;
    final ConcurrencyLimiter limiter;
    final Applicability applicability;
    final EventCounter admitted;
    final EventCounter limited;
    final EventCounter shadowLimited;
    final EventTimer wait;
    private final ConcurrencyConfig config;
    private final ConcurrencyLimiters limiters;
    private final RequestMatcher when;
    private final KeyReader key;
    private final List<Registration> shown;

    AskedConcurrency(
            LimitId id,
            ConcurrencyConfig config,
            LimitPlaces places,
            JoinedRateLimits.Part part,
            FilterEnvironment environment) {
        this.id = id;
        this.config = config;
        this.limiters = places.concurrency();
        this.limiter = limiters.acquire(id, config.limit(part.shadow()));
        this.applicability = new Applicability(part);
        this.when = new RequestMatcher(config.when());
        this.key = new KeyReader(config.key());
        String name = config.name() + "/";
        this.admitted = environment.counter(id.owner(), name + "admitted");
        this.limited = environment.counter(id.owner(), name + "limited");
        this.shadowLimited = environment.counter(id.owner(), name + "shadow_limited");
        this.wait = environment.timer(id.owner(), name + "wait");
        this.shown = List.of(
                environment.gauge(id.owner(), name + "keys", new KeysOf(limiter)),
                environment.gauge(id.owner(), name + "in_flight", new UnderWay(limiter)));
    }

    private record KeysOf(ConcurrencyLimiter limiter) implements LongSupplier {
        @Override
        public long getAsLong() {
            return limiter.keys();
        }
    }

    private record UnderWay(ConcurrencyLimiter limiter) implements LongSupplier {
        @Override
        public long getAsLong() {
            return limiter.underWay();
        }
    }

    boolean enforced() {
        return limiter.limit().mode() == Limit.Mode.ENFORCE;
    }

    /** The key of a request; {@code SKIP} if the limit is not for it. */
    Subject subject(RequestHead head, Exchange exchange) {
        return applicability.meets(exchange) && when.matches(head, exchange)
                ? key.subject(head, exchange)
                : Subject.Absent.SKIP;
    }

    LocalReply refusal() {
        return Refusals.limited(config.response(), id);
    }

    void note(Exchange exchange, String said, Subject subject) {
        if (exchange.isTraced()) {
            String who = subject instanceof LimitKey asked
                    ? limiter.running(asked) + " of " + config.inFlight() + " under way, key "
                            + KeyText.named(config.key(), asked)
                    : "the key is missing";
            exchange.note("rate-limit", id.owner() + " " + config.name() + ": " + said + ", " + who);
        }
    }

    /** What is limited, for people. */
    String description() {
        ConcurrencyLimit limit = limiter.limit();
        String queue =
                limit.queue() == 0 ? "" : ", " + limit.queue() + " may wait for " + DurationText.print(limit.maxWait());
        String by = config.key().isEmpty()
                ? ", together"
                : ", by " + String.join(", ", limit.keys().parts());
        return id.owner() + " " + config.name() + ": " + limit.inFlight() + " under way" + queue + by
                + (config.when().isEmpty() ? "" : ", for some requests") + applicability
                + (enforced() ? "" : ", shadow");
    }

    void close() {
        shown.forEach(Registration::close);
        limiters.release(id, limiter);
    }
}
