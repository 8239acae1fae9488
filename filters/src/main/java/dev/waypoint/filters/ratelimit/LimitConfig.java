package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filter.HeaderName;
import dev.waypoint.filters.HeaderEdits;
import dev.waypoint.filters.RequestMatch;
import dev.waypoint.filters.ratelimit.store.StoreConfig;
import dev.waypoint.ratelimit.Limit;
import dev.waypoint.ratelimit.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** One limit as users write it. */
public record LimitConfig(
        @Doc("The name, unique in its object: lower case letters, digits and dashes. Used in metrics, response"
                + " headers and `exclude`.")
        @Size(min = 1, max = 63)
        String name,

        @Doc("Which requests are limited: those that one of these takes; all if there is none.") @Size(max = 16)
        List<RequestMatch> when,

        @Doc("How many requests may pass in a period; they come back evenly over it.")
        @Range(min = 1, max = 1_000_000_000)
        long requests,

        @Doc("The period, 1ms to 366 days (8784h).") Duration per,

        @Doc("How many requests may pass at once after a pause; as many as `requests` if left out.")
        @Range(min = 1, max = 1_000_000_000)
        OptionalLong burst,

        @Doc("What tells clients apart: each distinct tuple of values has a bucket of its own. Without it all share"
                + " one.")
        @Size(max = 4)
        List<KeyPart> key,

        @Doc("The most buckets that are held; beyond it the one with least to remember is dropped.")
        @Default("10000")
        @Range(min = 1, max = Limit.MOST_KEYS)
        int maxKeys,

        @Doc("`Replica`: each replica has the whole rate. `Divided`: all ready replicas have it together, each its"
                + " share. `Global`: all replicas share one bucket in the store that `global` names.")
        @Default("\"Replica\"")
        Scope scope,

        @Doc("What has buckets of its own: the whole target, each of its routes, or each rule.") @Default("\"Target\"")
        Sharing sharing,

        @Doc("What a request takes from its bucket; at most `burst`.") @Default("1") @Range(min = 1)
        long cost,

        @Doc("`Enforce`, or `Shadow`: counts what it would refuse, and refuses nothing.") @Default("\"Enforce\"")
        Mode mode,

        @Doc("What refused requests are answered.") @Default("{}")
        Response response) {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    /** @throws IllegalArgumentException naming the field, its value and what was expected */
    public LimitConfig {
        when = List.copyOf(when);
        key = List.copyOf(key);
        checkName(name);
        limit(name, new Rate(requests, per, burst.orElse(requests)), key, maxKeys, Limit.Scope.REPLICA, cost, mode);
    }

    static void checkName(String name) {
        if (!DNS_LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of the limit is '" + name
                    + "', expected lower case letters, digits and dashes, such as tenant-writes");
        }
    }

    /** What the rate is the rate of. */
    public enum Scope {
        /** Each replica. */
        @Name("Replica")
        REPLICA,
        /** All ready replicas together. */
        @Name("Divided")
        DIVIDED,
        /** All replicas, which share one bucket in a store. */
        @Name("Global")
        GLOBAL
    }

    /** What has buckets of its own. */
    public enum Sharing {
        /** The whole target. */
        @Name("Target")
        TARGET,
        /** Each route that the target takes in. */
        @Name("Route")
        ROUTE,
        /** Each rule of these routes. */
        @Name("Rule")
        RULE
    }

    /** Whether a refusal counts. */
    public enum Mode {
        /** The request is refused. */
        @Name("Enforce")
        ENFORCE,
        /** The refusal is counted only. */
        @Name("Shadow")
        SHADOW
    }

    /** The answer to refused requests. */
    public record Response(
            @Doc("The HTTP status.") @Default("429") @Range(min = 400, max = 599)
            int statusCode,

            @Doc("Further headers.") @Size(max = 16) List<Header> headers,

            @Doc("The body, as plain text; the message of gRPC calls.")
            @Default("\"Rate limit exceeded\\n\"")
            @Size(max = 4096)
            String body,

            @Doc("The status of gRPC calls: 8 (RESOURCE_EXHAUSTED) or 14 (UNAVAILABLE).") @Default("8")
            int grpcStatus) {
        private static final int RESOURCE_EXHAUSTED = 8;
        private static final int UNAVAILABLE = 14;

        /** @throws IllegalArgumentException for a gRPC status that means something else */
        public Response {
            headers = List.copyOf(headers);
            if (grpcStatus != RESOURCE_EXHAUSTED && grpcStatus != UNAVAILABLE) {
                throw new IllegalArgumentException("grpcStatus is " + grpcStatus
                        + ", expected 8 (RESOURCE_EXHAUSTED) or 14 (UNAVAILABLE), which tell clients to come"
                        + " back later");
            }
        }
    }

    /** A header of the answer. */
    public record Header(
            @Doc("The name of the header.") HeaderName name,
            @Doc("The value.") @Size(max = 4096) String value) {
        /** @throws IllegalArgumentException for headers that frame the message, and values that no header may have */
        public Header {
            HeaderEdits.checkName(name);
            HeaderEdits.checkValue(value);
        }
    }

    /**
     * The limit that is decided.
     *
     * @param shadow whether it only counts, whatever its mode
     * @param store where global limits are; without one they are asked as if there were one replica
     */
    Limit limit(boolean shadow, Optional<StoreConfig> store) {
        Rate rate = new Rate(requests, per, burst.orElse(requests));
        Limit.Scope where = switch (scope) {
            case REPLICA -> Limit.Scope.REPLICA;
            case DIVIDED -> Limit.Scope.DIVIDED;
            case GLOBAL ->
                store.<Limit.Scope>map(settings -> settings.scope(rate.burst())).orElse(Limit.Scope.REPLICA);
        };
        Limit limit = limit(name, rate, key, maxKeys, where, cost, mode);
        return shadow ? limit.withMode(Limit.Mode.SHADOW) : limit;
    }

    private static Limit limit(
            String name, Rate rate, List<KeyPart> key, int maxKeys, Limit.Scope scope, long cost, Mode mode) {
        return new Limit(
                name,
                rate,
                KeyReader.shape(key),
                maxKeys,
                cost,
                switch (mode) {
                    case ENFORCE -> Limit.Mode.ENFORCE;
                    case SHADOW -> Limit.Mode.SHADOW;
                },
                scope);
    }
}
