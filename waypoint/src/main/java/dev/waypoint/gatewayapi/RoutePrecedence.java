package dev.waypoint.gatewayapi;

import dev.waypoint.source.Resource;
import java.util.Comparator;

/**
 * Which of several matches takes a request, over all routes of a listener (Gateway API, HTTPRouteRule.matches): host name,
 * path, method, headers, query, age, name, place in the object.
 */
final class RoutePrecedence {

    /** The first one takes the request. */
    static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::host, hostOrder())
            .thenComparing(Candidate::match, matchOrder())
            .thenComparing(Candidate::route, Resource.BY_AGE)
            .thenComparing(candidate -> candidate.route().kind().name())
            .thenComparingInt(Candidate::rule)
            .thenComparingInt(Candidate::place);

    private RoutePrecedence() {}

    /**
     * One match of one rule for one of the route's host names.
     *
     * @param host the host name as the route writes it, empty for all
     * @param match how specific the match is
     * @param route the route
     * @param rule the rule's place in the route
     * @param place the match's place in the rule
     */
    record Candidate(String host, MatchRank match, Resource<?> route, int rule, int place) {}

    private static Comparator<String> hostOrder() {
        return Comparator.<String>comparingInt(RoutePrecedence::hostClass)
                .thenComparingInt(String::length)
                .reversed();
    }

    private static int hostClass(String host) {
        if (host.isEmpty()) {
            return 0;
        }
        return Hostnames.isWildcard(host) ? 1 : 2;
    }

    private static Comparator<MatchRank> matchOrder() {
        return Comparator.comparing(MatchRank::path)
                .thenComparingInt(MatchRank::length)
                .thenComparingInt(MatchRank::detail)
                .thenComparing(MatchRank::method)
                .thenComparingInt(MatchRank::headers)
                .thenComparingInt(MatchRank::query)
                .reversed();
    }
}
