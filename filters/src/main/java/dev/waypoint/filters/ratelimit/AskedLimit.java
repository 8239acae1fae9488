package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.DurationText;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterEnvironment.EventCounter;
import dev.waypoint.filter.FilterEnvironment.Registration;
import dev.waypoint.filter.LimitReplay;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filters.RequestMatcher;
import dev.waypoint.filters.ratelimit.store.FleetTokens;
import dev.waypoint.filters.ratelimit.store.StoreConfig;
import dev.waypoint.filters.ratelimit.store.Stores;
import dev.waypoint.ratelimit.Limit;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.LimitTable;
import dev.waypoint.ratelimit.LimitTables;
import dev.waypoint.ratelimit.Subject;
import dev.waypoint.ratelimit.Verdict;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** One limit, ready to be asked: whom it is for, by what key, where it counts. */
final class AskedLimit {

    final LimitId id;
    final LimitConfig config;
    final LimitTable table;
    final RateLimit.Headers headers;
    final boolean retryAfter;
    final Applicability applicability;
    private final RequestMatcher when;
    private final KeyReader key;
    private final EventCounter admitted;
    private final EventCounter limited;
    private final EventCounter shadowLimited;
    private final EventCounter evictions;
    private final EventCounter withoutStore;
    private final LimitTables tables;
    private final Registration keys;
    private final Optional<Stores.Lease> lease;

    AskedLimit(
            LimitId id,
            LimitConfig config,
            LimitPlaces places,
            JoinedRateLimits.Part part,
            FilterEnvironment environment) {
        RateLimit.Config object = part.limits();
        this.id = id;
        this.config = config;
        this.tables = places.tables();
        Optional<StoreConfig> store = places.stores().flatMap(_ -> object.global());
        this.table = tables.acquire(id, config.limit(part.shadow(), store));
        this.lease = store.filter(_ -> config.scope() == LimitConfig.Scope.GLOBAL)
                .flatMap(settings -> places.stores().map(stores -> lease(stores, settings, environment)));
        this.keys = environment.gauge(id.owner(), config.name() + "/keys", new KeysOf(table));
        this.headers = object.headers();
        this.retryAfter = object.retryAfter();
        this.applicability = new Applicability(part);
        this.when = new RequestMatcher(config.when());
        this.key = new KeyReader(config.key());
        this.admitted = counter(environment, "admitted");
        this.limited = counter(environment, "limited");
        this.shadowLimited = counter(environment, "shadow_limited");
        this.evictions = counter(environment, "evictions");
        this.withoutStore = counter(environment, "without_store");
    }

    /** How many keys a limit holds: equal for all filters that ask it. */
    private record KeysOf(LimitTable table) implements LongSupplier {
        @Override
        public long getAsLong() {
            return table.keys();
        }
    }

    private Stores.Lease lease(Stores stores, StoreConfig settings, FilterEnvironment environment) {
        String identity = String.join(
                "\u0000",
                id.owner().toString(),
                id.target(),
                id.route(),
                id.rule(),
                id.limit(),
                String.join(",", table.limit().keys().parts()));
        return stores.lease(
                table,
                settings,
                environment,
                new FleetTokens.Name(settings.keyPrefix(), id.token(), identity),
                new FleetTokens.Meters(
                        counter(environment, "store_orders"),
                        counter(environment, "store_failures"),
                        environment.timer(id.owner(), config.name() + "/store")));
    }

    /** Gets more tokens of a key from the store of a global limit; false if it gave no answer. */
    CompletableFuture<Boolean> order(LimitKey asked) {
        return lease.map(held -> held.tokens().order(asked)).orElseGet(() -> CompletableFuture.completedFuture(false));
    }

    /** Lets the buckets go; the last one who does makes them be forgotten. */
    void close() {
        keys.close();
        lease.ifPresent(Stores.Lease::close);
        tables.release(id, table);
    }

    /** Limits are told apart by name, keys never: their number has no bound. */
    private EventCounter counter(FilterEnvironment environment, String event) {
        return environment.counter(id.owner(), config.name() + "/" + event);
    }

    boolean divided() {
        return config.scope() == LimitConfig.Scope.DIVIDED;
    }

    /** Whether its share depends on the number of replicas, be it while the store is away. */
    boolean countsReplicas() {
        return config.scope() != LimitConfig.Scope.REPLICA;
    }

    /** Whether its tokens come from a store. */
    boolean hasStore() {
        return lease.isPresent();
    }

    /** Whether it asks every request, and counts them together. */
    boolean isForAllTogether() {
        return applicability.isForAll()
                && config.when().isEmpty()
                && config.key().isEmpty();
    }

    /** The key of a request; {@code SKIP} if the limit is not for it. */
    Subject subject(RequestHead head, Exchange exchange) {
        return applicability.meets(exchange) && when.matches(head, exchange)
                ? key.subject(head, exchange)
                : Subject.Absent.SKIP;
    }

    /** A request took its tokens. */
    void countAdmitted() {
        admitted.increment();
    }

    /** @param passed whether the request goes on: only then tokens were taken */
    void count(Verdict verdict, boolean passed) {
        switch (verdict.outcome()) {
            case PASSED -> {
                if (passed) {
                    admitted.increment();
                }
            }
            case LIMITED, UNREACHABLE -> limited.increment();
            case SHADOW_LIMITED -> shadowLimited.increment();
            case SKIPPED -> {
                return;
            }
        }
        long dropped = table.takeEvictions();
        if (dropped > 0) {
            evictions.add(dropped);
        }
        if (lease.isPresent()) {
            long unchecked = table.takeWithoutStore();
            if (unchecked > 0) {
                withoutStore.add(unchecked);
            }
        }
    }

    /** What is limited, for people. */
    String description() {
        Limit limit = table.limit();
        StringBuilder text = new StringBuilder();
        text.append(id.owner()).append(' ').append(config.name()).append(": ").append(config.requests());
        text.append(" in ").append(DurationText.print(config.per()));
        text.append(", burst ").append(limit.rate().burst());
        text.append(
                config.key().isEmpty()
                        ? ", one bucket"
                        : ", by " + String.join(", ", limit.keys().parts()));
        text.append(config.when().isEmpty() ? "" : ", for some requests");
        text.append(applicability);
        text.append(divided() ? ", divided by replicas" : "");
        lease.ifPresent(held -> text.append(", shared by replicas at ").append(held.tokens()));
        return text.append(limit.enforced() ? "" : ", shadow").toString();
    }

    /** What is to be told of a refusal; empty if there is none. */
    Optional<LimitReplay.Refusal> refusal(Verdict verdict) {
        boolean shadow = verdict.outcome() == Verdict.Outcome.SHADOW_LIMITED;
        if (!shadow && !verdict.outcome().refuses()) {
            return Optional.empty();
        }
        String who = verdict.subject() instanceof LimitKey asked ? KeyText.named(config.key(), asked) : "key missing";
        return Optional.of(new LimitReplay.Refusal(config.name(), who, shadow));
    }

    /** What happened, for {@code explain}. */
    String note(Verdict verdict) {
        String who = id.owner() + " " + config.name() + ": ";
        String said = switch (verdict.outcome()) {
            case PASSED -> "admits";
            case LIMITED -> "refuses";
            case UNREACHABLE -> "refuses, its store is away";
            case SHADOW_LIMITED -> "would refuse (shadow)";
            case SKIPPED -> "not asked";
        };
        if (!(verdict.subject() instanceof LimitKey asked)) {
            return who + said + (verdict.outcome() == Verdict.Outcome.SKIPPED ? "" : ", the key is missing");
        }
        return who + said + ", " + verdict.remaining() + " of "
                + verdict.limit().rate().burst() + " left, key " + KeyText.named(config.key(), asked);
    }
}
