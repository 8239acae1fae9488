package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import dev.waypoint.filters.RequestMatch;
import dev.waypoint.ratelimit.ConcurrencyLimit;
import dev.waypoint.ratelimit.Limit;
import java.time.Duration;
import java.util.List;

/** A limit of requests under way, as users write it. */
public record ConcurrencyConfig(
        @Doc("The name, unique among all limits of its object: lower case letters, digits and dashes.")
        @Size(min = 1, max = 63)
        String name,

        @Doc("Which requests are limited: those that one of these takes; all if there is none.") @Size(max = 16)
        List<RequestMatch> when,

        @Doc("How many requests may be under way at a replica, each until its response has ended.")
        @Range(min = 1, max = 1_000_000)
        int inFlight,

        @Doc("How many more may wait for a place, in order of arrival.") @Default("0") @Range(min = 0, max = 1_000_000)
        int queue,

        @Doc("How long one may wait, up to 1h; must be given with `queue`.") @Default("\"0s\"")
        Duration maxWait,

        @Doc("What tells clients apart: each distinct tuple of values is counted by itself. Without it all together.")
        @Size(max = 4)
        List<KeyPart> key,

        @Doc("What is counted by itself: the whole target, each of its routes, or each rule.") @Default("\"Target\"")
        LimitConfig.Sharing sharing,

        @Doc("`Enforce`, or `Shadow`: counts what it would refuse, and refuses nothing.") @Default("\"Enforce\"")
        LimitConfig.Mode mode,

        @Doc("What refused requests are answered.") @Default("{\"body\": \"Too many requests under way\\n\"}")
        LimitConfig.Response response) {

    /** @throws IllegalArgumentException naming the field, its value and what was expected */
    public ConcurrencyConfig {
        when = List.copyOf(when);
        key = List.copyOf(key);
        LimitConfig.checkName(name);
        limit(name, key, inFlight, queue, maxWait, Limit.Mode.ENFORCE);
    }

    /** @param shadow whether it only counts, whatever its mode */
    ConcurrencyLimit limit(boolean shadow) {
        boolean counts = shadow || mode == LimitConfig.Mode.SHADOW;
        return limit(name, key, inFlight, queue, maxWait, counts ? Limit.Mode.SHADOW : Limit.Mode.ENFORCE);
    }

    private static ConcurrencyLimit limit(
            String name, List<KeyPart> key, int inFlight, int queue, Duration maxWait, Limit.Mode mode) {
        return new ConcurrencyLimit(name, KeyReader.shape(key), inFlight, queue, maxWait, mode);
    }
}
