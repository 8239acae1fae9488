package dev.waypoint.filters.ratelimit;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.waypoint.filter.Exchange;
import dev.waypoint.filter.ExchangeKey;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.HeadersFilter;
import dev.waypoint.filter.LimitReplay;
import dev.waypoint.filter.LocalReply;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.filter.Verdict;
import dev.waypoint.ratelimit.Decision;
import dev.waypoint.ratelimit.LimitTables;
import dev.waypoint.ratelimit.Limiter;
import dev.waypoint.ratelimit.Subject;
import dev.waypoint.ratelimit.Verdict.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Asks all limits about each request, as one decision. */
final class LimitsFilter implements HeadersFilter {

    private static final ExchangeKey<Told> TOLD = ExchangeKey.of("rate-limit-decision");

    private final LimitTables tables;
    private final FilterEnvironment environment;
    private final Share[] shares;
    private final AskedLimit[] limits;
    private final Limiter limiter;
    private final LimitHeaders headers;
    private final boolean divided;

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
            LimitTables tables, FilterEnvironment environment, List<Share> shares, List<AskedLimit> limits) {
        this.tables = tables;
        this.environment = environment;
        this.shares = shares.toArray(Share[]::new);
        this.limits = limits.toArray(AskedLimit[]::new);
        this.limiter = tables.limiter(limits.stream().map(limit -> limit.table).toList());
        this.headers = new LimitHeaders(this.limits);
        this.divided = limits.stream().anyMatch(AskedLimit::divided);
    }

    /**
     * Makes the filter. It takes hold of the buckets that are there for the same limits; whoever held them before lets them go
     * later, when its last exchange has ended, so that counters survive.
     */
    static LimitsFilter of(LimitTables tables, JoinedRateLimits.Config config, FilterEnvironment environment) {
        List<Share> shares = new ArrayList<>();
        List<AskedLimit> limits = new ArrayList<>();
        Set<LimitId> seen = new HashSet<>();
        for (JoinedRateLimits.Part part : config.parts()) {
            int before = limits.size();
            for (LimitConfig limit : part.limits().limits()) {
                LimitId id = LimitId.of(config, part, limit);
                // A rule may name one object twice; its limits count once.
                if (seen.add(id)) {
                    limits.add(new AskedLimit(
                            id, limit, tables.acquire(id, limit.limit(part.shadow())), part.limits(), environment));
                }
            }
            shares.add(new Share(limits.size() - before, part.sampledMillionths()));
        }
        return new LimitsFilter(tables, environment, shares, limits);
    }

    @Override
    public Verdict onRequest(RequestHead head, Exchange exchange) {
        Decision decision = decide(head, exchange);
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
        };
    }

    private Decision decide(RequestHead head, Exchange exchange) {
        if (divided && tables.replicas() != environment.replicas()) {
            tables.replicas(Math.clamp(environment.replicas(), 1, LimitTables.MOST_REPLICAS));
        }
        Decision decision = limiter.decide(subjects(head, exchange));
        count(decision);
        return decision;
    }

    /** Decides as for any request, and tells which limits refuse. */
    List<LimitReplay.Refusal> refusals(RequestHead head, Exchange exchange) {
        Decision decision = decide(head, exchange);
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
        return Arrays.stream(limits).map(AskedLimit::description).toList();
    }

    @Override
    public void close() {
        for (AskedLimit limit : limits) {
            tables.release(limit.id, limit.table);
        }
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
        AskedLimit first = firstRefusal(refused);
        LimitConfig.Response response = first.config.response();
        HttpHeadersBuilder builder = HttpHeaders.builder();
        headers.tell(refused, builder);
        headers.tellRetry(refused, builder);
        response.headers().forEach(header -> builder.set(header.name().lower(), header.value()));
        return new LocalReply(
                response.statusCode(),
                builder.build(),
                HttpData.ofUtf8(response.body()),
                ReplyCause.RATE_LIMITED,
                "rate_limit:" + first.id.token(),
                OptionalInt.of(response.grpcStatus()));
    }

    /** Of several limits that refuse, the one of the widest level answers. */
    private AskedLimit firstRefusal(Decision.Limited refused) {
        for (int i = 0; i < limits.length; i++) {
            if (refused.verdicts().get(i).outcome() == Outcome.LIMITED) {
                return limits[i];
            }
        }
        throw new IllegalStateException("refused by no limit: " + refused);
    }
}
