package dev.waypoint.filters.ratelimit;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Example;
import dev.waypoint.config.Name;
import dev.waypoint.config.Size;
import dev.waypoint.config.UniqueBy;
import dev.waypoint.filter.ConfigReference;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.JoiningFactory;
import dev.waypoint.filter.LimitReplay;
import dev.waypoint.filter.LimitUsage;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.filters.ratelimit.store.StoreConfig;
import dev.waypoint.ratelimit.NanoClock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Limits how many requests pass. A RateLimitPolicy has the same fields. All limits of one chain, whatever their level, are joined into
 * one filter ({@link JoinedRateLimits}), because they admit together or not at all; this one runs alone only where nothing is
 * joined, which is before routing.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class RateLimit implements JoiningFactory<RateLimit.Config>, LimitReplay<RateLimit.Config>, LimitUsage {

    private static final FilterKind<Config> KIND = new FilterKind<>(
            "rate-limit", Placement.in(Stage.LIMIT), Config.class, "Limits how many requests pass, for all or by key.");

    private static final Pattern EXCLUSION =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    private final LimitPlaces places;

    /** For the service loader. */
    public RateLimit() {
        this(NanoClock.system());
    }

    RateLimit(NanoClock clock) {
        places = LimitPlaces.live(clock);
    }

    /** Which response headers tell clients about their limits. */
    public enum Headers {
        /** None. */
        @Name("None")
        NONE,
        /** {@code RateLimit} and {@code RateLimit-Policy}, draft-ietf-httpapi-ratelimit-headers-11. */
        @Name("Draft")
        DRAFT,
        /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}. */
        @Name("XRateLimit")
        X_RATE_LIMIT
    }

    /** The configuration. */
    @Example("{limits: [{name: 'per-client', requests: 100, per: '1m', burst: 20, key: [{type: 'ClientAddress'}]}],"
            + " headers: 'Draft'}")
    public record Config(
            @Doc("The limits; a request passes if all that are for it admit it.") @Size(max = 32) @UniqueBy("name")
            List<LimitConfig> limits,

            @Doc("Limits of requests under way; they are asked first.") @Size(max = 16) @UniqueBy("name")
            List<ConcurrencyConfig> concurrency,

            @Doc("Which response headers tell clients about these limits: `Draft` are `RateLimit` and"
                    + " `RateLimit-Policy`, `XRateLimit` are `X-RateLimit-Limit`, `-Remaining` and `-Reset`.")
            @Default("\"None\"")
            Headers headers,

            @Doc("Whether refusals say in `Retry-After` when to come back.") @Default("true")
            boolean retryAfter,

            @Doc("Limits of wider levels that do not count here, as `object/limit`; only if that object has"
                    + " `allowExclude`.")
            @Size(max = 32)
            List<String> exclude,

            @Doc("Whether narrower levels may exclude these limits.") @Default("false")
            boolean allowExclude,

            @Doc("The store of limits with `scope: Global`, which needs it.")
            Optional<StoreConfig> global) {

        /** @throws IllegalArgumentException naming limits of the same name, or an exclusion of another form */
        public Config {
            limits = List.copyOf(limits);
            concurrency = List.copyOf(concurrency);
            exclude = List.copyOf(exclude);
            if (limits.isEmpty() && concurrency.isEmpty()) {
                throw new IllegalArgumentException("there is no limit, expected some in limits or concurrency");
            }
            Set<String> names = new HashSet<>();
            concurrency.forEach(limit -> once(limit.name(), names));
            for (LimitConfig limit : limits) {
                once(limit.name(), names);
                if (limit.scope() == LimitConfig.Scope.GLOBAL && global.isEmpty()) {
                    throw new IllegalArgumentException("the limit '" + limit.name()
                            + "' has scope Global, expected a store for it: global.addresses");
                }
            }
            for (String entry : exclude) {
                if (!EXCLUSION.matcher(entry).matches()) {
                    throw new IllegalArgumentException("exclude has '" + entry
                            + "', expected the name of an object and of its limit, such as all-clients/per-second");
                }
            }
        }
    }

    private static void once(String name, Set<String> names) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("two limits have the name '" + name + "', expected each name once");
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    @Override
    public List<ConfigReference> references(Config config) {
        return config.global().map(StoreConfig::references).orElse(List.of());
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return LimitsFilter.of(places, alone(config, environment), environment);
    }

    private static JoinedRateLimits.Config alone(Config config, FilterEnvironment environment) {
        JoinedRateLimits.Part part = new JoinedRateLimits.Part(
                JoinedRateLimits.Owner.of(environment.owner()), "", false, JoinedRateLimits.ALWAYS, config, "");
        return new JoinedRateLimits.Config("", "", List.of(part));
    }

    @Override
    public Replay replay(Config config, FilterEnvironment environment) {
        ReplayClock clock = new ReplayClock();
        LimitsFilter filter = LimitsFilter.of(LimitPlaces.replay(clock), alone(config, environment), environment);
        return (time, exchange) -> {
            clock.set(time);
            return filter.refusals(exchange.request(), exchange);
        };
    }

    @Override
    public Joined join(List<Part<Config>> parts, String route, String rule) {
        return new Joined(JoinedRateLimits.NAME, Joining.join(parts, route, rule));
    }

    @Override
    public List<Limit> limits(String object, int top, boolean plain) {
        return LimitReport.of(places, object, top, plain);
    }
}
