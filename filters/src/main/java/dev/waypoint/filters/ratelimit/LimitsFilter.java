package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.LimitReplay;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Verdict;
import dev.waypoint.ratelimit.Decision;
import dev.waypoint.ratelimit.LimitKey;
import dev.waypoint.ratelimit.LimitTables;
import dev.waypoint.ratelimit.Limiter;
import dev.waypoint.ratelimit.Subject;
import dev.waypoint.ratelimit.Verdict.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Asks all limits about each request, as one decision. */
final class LimitsFilter implements HeadersFilter {

    private static final ExchangeKey<Told> TOLD = ExchangeKey.of("rate-limit-decision");

    /** How often a request asks the stores before it is refused: others may be faster. */
    private static final int MOST_ORDERS = 3;

    private final LimitTables tables;
    private final FilterEnvironment environment;
    private final Share[] shares;
    private final AskedLimit[] limits;
    private final List<AskedConcurrency> concurrency;
    private final PlacesFilter places;
    private final Limiter limiter;
    private final LimitHeaders headers;
    private final boolean divided;
    /** Whether requests that are admitted can be decided without a word about each limit. */
    private final boolean quick;
    /** What all limits are asked, where that is the same for every request; else empty. */
    private final Subject[] same;

    /** What is to be told with the response, and by whom. */
    private record Told(LimitsFilter by, Decision decision) {}

    /** Limits that are asked for a share of the requests together, those of one object: how many, and for how many of a million. */
    private record Share(int limits, int millionths) {
        boolean strikes() {
            return millionths == JoinedRateLimits.ALWAYS
                    || ThreadLocalRandom.current().nextInt(JoinedRateLimits.ALWAYS) < millionths;
        }
    }

    private LimitsFilter(
            LimitTables tables,
            FilterEnvironment environment,
            List<Share> shares,
            List<AskedLimit> limits,
            List<AskedConcurrency> concurrency) {
        this.tables = tables;
        this.environment = environment;
        this.shares = shares.toArray(Share[]::new);
        this.limits = limits.toArray(AskedLimit[]::new);
        this.limiter = tables.limiter(limits.stream().map(limit -> limit.table).toList());
        this.concurrency = concurrency;
        this.places = new PlacesFilter(concurrency);
        this.headers = new LimitHeaders(this.limits);
        this.divided = limits.stream().anyMatch(AskedLimit::countsReplicas);
        this.quick = !headers.any() && limits.stream().noneMatch(AskedLimit::hasStore);
        boolean constant = limits.stream().allMatch(AskedLimit::isForAllTogether)
                && shares.stream().allMatch(share -> share.millionths == JoinedRateLimits.ALWAYS);
        this.same = constant ? limits.stream().map(_ -> LimitKey.SHARED).toArray(Subject[]::new) : new Subject[0];
    }

    /**
     * Makes the filter. It takes hold of the buckets that are there for the same limits; whoever held them before lets them go
     * later, when its last exchange has ended, so that counters survive.
     */
    static LimitsFilter of(LimitPlaces places, JoinedRateLimits.Config config, FilterEnvironment environment) {
        List<Share> shares = new ArrayList<>();
        Map<LimitId, AskedLimit> limits = new LinkedHashMap<>();
        Map<LimitId, AskedConcurrency> concurrency = new LinkedHashMap<>();
        for (JoinedRateLimits.Part part : config.parts()) {
            int before = limits.size();
            // A rule may name one object twice; its limits count once.
            for (LimitConfig limit : part.limits().limits()) {
                LimitId id = LimitId.of(config, part, limit.name(), limit.sharing());
                Optional.ofNullable(limits.get(id))
                        .ifPresentOrElse(
                                known -> known.applicability.add(part),
                                () -> limits.put(id, new AskedLimit(id, limit, places, part, environment)));
            }
            for (ConcurrencyConfig limit : part.limits().concurrency()) {
                LimitId id = LimitId.of(config, part, limit.name(), limit.sharing());
                Optional.ofNullable(concurrency.get(id))
                        .ifPresentOrElse(
                                known -> known.applicability.add(part),
                                () -> concurrency.put(id, new AskedConcurrency(id, limit, places, part, environment)));
            }
            shares.add(new Share(limits.size() - before, part.sampledMillionths()));
        }
        return new LimitsFilter(
                places.tables(), environment, shares, List.copyOf(limits.values()), List.copyOf(concurrency.values()));
    }

    @Override
    public Verdict onRequest(RequestHead head, Exchange exchange) {
        return places.isEmpty() ? rates(head, exchange) : places.enter(head, exchange, () -> rates(head, exchange));
    }

    private Verdict rates(RequestHead head, Exchange exchange) {
        Subject[] subjects = same.length > 0 ? same : subjects(head, exchange);
        if (quick && !exchange.isTraced() && admits(subjects)) {
            return Verdict.next();
        }
        Decision decision = decide(Decision.Attempt.FIRST, subjects);
        return decision instanceof Decision.Pending pending
                ? Verdict.later(ordered(pending, subjects, exchange, 1))
                : concluded(decision, exchange);
    }

    /** Orders what is missing from the stores, and decides again when it is there. Nothing was taken so far. */
    private CompletableFuture<Verdict> ordered(
            Decision.Pending pending, Subject[] subjects, Exchange exchange, int orders) {
        List<CompletableFuture<Boolean>> all = pending.wants().stream()
                .map(want -> limits[want.limit()].order(want.key()))
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenComposeAsync(
                        _ -> {
                            Decision.Attempt attempt = !all.stream().allMatch(CompletableFuture::join)
                                    ? Decision.Attempt.UNANSWERED
                                    : orders == MOST_ORDERS ? Decision.Attempt.LAST : Decision.Attempt.FIRST;
                            Decision decision = decide(attempt, subjects);
                            return decision instanceof Decision.Pending again
                                    ? ordered(again, subjects, exchange, orders + 1)
                                    : CompletableFuture.completedFuture(concluded(decision, exchange));
                        },
                        exchange.eventLoop());
    }

    private Verdict concluded(Decision decision, Exchange exchange) {
        if (exchange.isTraced()) {
            note(decision, exchange);
        }
        return switch (decision) {
            case Decision.Admitted admitted -> {
                if (headers.any()) {
                    exchange.set(TOLD, new Told(this, admitted));
                }
                yield Verdict.next();
            }
            case Decision.Limited refused -> Verdict.reply(reply(refused));
            case Decision.Pending pending -> throw new IllegalStateException("not decided: " + pending);
        };
    }

    /** The way of nearly all requests. */
    private boolean admits(Subject[] subjects) {
        followReplicas();
        if (!limiter.admits(subjects)) {
            return false;
        }
        for (int i = 0; i < subjects.length; i++) {
            if (subjects[i] instanceof LimitKey) {
                limits[i].countAdmitted();
            }
        }
        return true;
    }

    private void followReplicas() {
        if (divided && tables.replicas() != environment.replicas()) {
            tables.replicas(Math.clamp(environment.replicas(), 1, LimitTables.MOST_REPLICAS));
        }
    }

    private Decision decide(Decision.Attempt attempt, Subject[] subjects) {
        followReplicas();
        Decision decision = limiter.decide(attempt, subjects);
        if (!(decision instanceof Decision.Pending)) {
            count(decision);
        }
        return decision;
    }

    /** Decides as for any request, and tells which limits refuse. */
    List<LimitReplay.Refusal> refusals(RequestHead head, Exchange exchange) {
        Decision decision = decide(Decision.Attempt.LAST, subjects(head, exchange));
        List<LimitReplay.Refusal> refusals = new ArrayList<>();
        for (int i = 0; i < limits.length; i++) {
            limits[i].refusal(decision.verdicts().get(i)).ifPresent(refusals::add);
        }
        return refusals;
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
        if (headers.any()) {
            exchange.get(TOLD)
                    .filter(told -> told.by == this)
                    .ifPresent(told -> headers.tell(told.decision, response.headers()));
        }
    }

    @Override
    public List<String> description() {
        return Stream.concat(
                        concurrency.stream().map(AskedConcurrency::description),
                        Arrays.stream(limits).map(AskedLimit::description))
                .toList();
    }

    @Override
    public void close() {
        for (AskedLimit limit : limits) {
            limit.close();
        }
        concurrency.forEach(AskedConcurrency::close);
    }

    private Subject[] subjects(RequestHead head, Exchange exchange) {
        Subject[] subjects = new Subject[limits.length];
        int at = 0;
        for (Share share : shares) {
            boolean asked = share.strikes();
            for (int end = at + share.limits; at < end; at++) {
                subjects[at] = asked ? limits[at].subject(head, exchange) : Subject.Absent.SKIP;
            }
        }
        return subjects;
    }

    private void count(Decision decision) {
        boolean passed = decision instanceof Decision.Admitted;
        for (int i = 0; i < limits.length; i++) {
            limits[i].count(decision.verdicts().get(i), passed);
        }
    }

    private void note(Decision decision, Exchange exchange) {
        for (int i = 0; i < limits.length; i++) {
            exchange.note("rate-limit", limits[i].note(decision.verdicts().get(i)));
        }
    }

    private LocalReply reply(Decision.Limited refused) {
        int index = firstRefusal(refused);
        AskedLimit first = limits[index];
        HttpHeadersBuilder builder = HttpHeaders.builder();
        headers.tell(refused, builder);
        headers.tellRetry(refused, builder);
        return refused.verdicts().get(index).outcome() == Outcome.UNREACHABLE
                ? Refusals.unreachable(first.id, builder)
                : Refusals.limited(first.config.response(), first.id, builder);
    }

    /** Of several limits that refuse, the one of the widest level answers. */
    private int firstRefusal(Decision.Limited refused) {
        for (int i = 0; i < limits.length; i++) {
            if (refused.verdicts().get(i).outcome().refuses()) {
                return i;
            }
        }
        throw new IllegalStateException("refused by no limit: " + refused);
    }
}
