package dev.waypoint.filters.ratelimit;

import com.google.auto.service.AutoService;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.ResourceRef;
import dev.waypoint.filter.FilterEnvironment;
import dev.waypoint.filter.FilterFactory;
import dev.waypoint.filter.FilterKind;
import dev.waypoint.filter.HttpFilter;
import dev.waypoint.filter.LimitUsage;
import dev.waypoint.filter.Placement;
import dev.waypoint.filter.Stage;
import dev.waypoint.ratelimit.NanoClock;
import java.util.List;

/**
 * The limits of all levels that apply to one rule, decided together. Each keeps the object that it comes from, and so its buckets,
 * which other rules may share.
 */
@SuppressWarnings("rawtypes") // a service is named without its type argument
@AutoService(FilterFactory.class)
public final class JoinedRateLimits implements FilterFactory<JoinedRateLimits.Config>, LimitUsage {

    static final String NAME = "rate-limits";

    /** A part that takes every request. */
    static final int ALWAYS = 1_000_000;

    private static final FilterKind<Config> KIND = new FilterKind<>(
            NAME,
            Placement.in(Stage.LIMIT),
            Config.class,
            "All rate limits of a rule, of whatever level, as one decision. Made by translation, not to be"
                    + " configured.");

    private final LimitPlaces places;

    /** For the service loader. */
    public JoinedRateLimits() {
        this(NanoClock.system());
    }

    JoinedRateLimits(NanoClock clock) {
        places = LimitPlaces.live(clock);
    }

    /** The object that limits come from. */
    public record Owner(
            @Doc("Its API group.") @Default("\"\"") String group,
            @Doc("Its kind.") String kind,
            @Doc("Its namespace.") @Default("\"\"") String namespace,
            @Doc("Its name.") String name) {

        static Owner of(ResourceRef ref) {
            return new Owner(ref.group(), ref.kind(), ref.namespace(), ref.name());
        }

        ResourceRef ref() {
            return new ResourceRef(group, kind, namespace, name);
        }
    }

    /** The limits of one object at one of its targets. */
    public record Part(
            @Doc("The object.") Owner owner,
            @Doc("The target.") @Default("\"\"") String target,

            @Doc("Whether all of its limits only count.") @Default("false")
            boolean shadow,

            @Doc("For how many of a million requests they are asked.") @Default("1000000") @Range(min = 0, max = ALWAYS)
            int sampledMillionths,

            @Doc("The limits.") RateLimit.Config limits,

            @Doc("The backend whose requests they are for, as `namespace/service:port`; empty for all.")
            @Default("\"\"")
            String backend) {}

    /** The configuration. */
    public record Config(
            @Doc("The route, if a limit has buckets of its own there.") @Default("\"\"")
            String route,

            @Doc("The rule, if a limit has buckets of its own there.") @Default("\"\"")
            String rule,

            @Doc("The parts, the widest level first.") List<Part> parts) {
        public Config {
            parts = List.copyOf(parts);
        }
    }

    @Override
    public FilterKind<Config> kind() {
        return KIND;
    }

    /** An object could name the buckets of others, so none may configure this. */
    @Override
    public boolean isMadeByTranslation() {
        return true;
    }

    @Override
    public HttpFilter create(Config config, FilterEnvironment environment) {
        return LimitsFilter.of(places, config, environment);
    }

    @Override
    public List<Limit> limits(String object, int top, boolean plain) {
        return LimitReport.of(places, object, top, plain);
    }
}
