package dev.waypoint.gatewayapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waypoint.api.Gateway.Scope;
import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.Kinds;
import dev.waypoint.api.ObjectMeta;
import dev.waypoint.gatewayapi.MatchRank.PathClass;
import dev.waypoint.gatewayapi.RoutePrecedence.Candidate;
import dev.waypoint.source.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class RoutePrecedenceTest {

    private static final Candidate PLAIN = candidate("", rank(PathClass.PREFIX, 5, false, 0, 0), route("shop", "b", 2));

    static final List<Arguments> ROWS = List.of(
            row("an exact host before any wildcard", on("a.b"), on("*.much.longer")),
            row("a longer exact host before a shorter one", on("aa.example"), on("a.example")),
            row("a longer wildcard before a shorter one", on("*.a.example"), on("*.example")),
            row("a wildcard before no host", on("*.b"), on("")),
            row("the host before the path", on("a.example"), of(rank(PathClass.EXACT, 90, true, 9, 9))),
            row("an exact path before an expression", path(PathClass.EXACT, 1), path(PathClass.REGEX, 90)),
            row("an expression before a prefix", path(PathClass.REGEX, 1), path(PathClass.PREFIX, 90)),
            row("a longer prefix before a shorter one", path(PathClass.PREFIX, 6), path(PathClass.PREFIX, 5)),
            row("the path before the method", path(PathClass.PREFIX, 6), of(rank(PathClass.PREFIX, 5, true, 9, 9))),
            row(
                    "the method before headers",
                    of(rank(PathClass.PREFIX, 5, true, 0, 0)),
                    of(rank(PathClass.PREFIX, 5, false, 9, 0))),
            row(
                    "more headers before more query parameters",
                    of(rank(PathClass.PREFIX, 5, false, 2, 0)),
                    of(rank(PathClass.PREFIX, 5, false, 1, 9))),
            row(
                    "more query parameters before age",
                    of(rank(PathClass.PREFIX, 5, false, 0, 1)),
                    with(route("shop", "b", 1))),
            row("an older route before a younger one", with(route("z", "z", 1)), with(route("a", "a", 2))),
            row("of equal age by namespace", with(route("a", "z", 2)), with(route("b", "a", 2))),
            row("of one namespace by name", with(route("shop", "a", 2)), with(route("shop", "b", 2))),
            row("of one route by rule", place(0, 9), place(1, 0)),
            row("of one rule by match", place(1, 0), place(1, 1)));

    @ParameterizedTest(name = "{0}")
    @FieldSource("ROWS")
    void takesFirst(String name, Candidate first, Candidate second) {
        assertThat(RoutePrecedence.ORDER.compare(first, second)).as(name).isNegative();
        assertThat(RoutePrecedence.ORDER.compare(second, first)).as(name).isPositive();
    }

    private static Arguments row(String name, Candidate first, Candidate second) {
        return Arguments.of(name, first, second);
    }

    private static Candidate candidate(String host, MatchRank rank, Resource<HttpRoute> route) {
        return new Candidate(host, rank, route, 0, 0);
    }

    private static Candidate on(String host) {
        return new Candidate(host, PLAIN.match(), PLAIN.route(), 0, 0);
    }

    private static Candidate of(MatchRank rank) {
        return new Candidate("", rank, PLAIN.route(), 0, 0);
    }

    private static Candidate path(PathClass path, int length) {
        return of(rank(path, length, false, 0, 0));
    }

    private static Candidate with(Resource<HttpRoute> route) {
        return candidate("", PLAIN.match(), route);
    }

    private static Candidate place(int rule, int match) {
        return new Candidate("", PLAIN.match(), PLAIN.route(), rule, match);
    }

    private static MatchRank rank(PathClass path, int length, boolean method, int headers, int query) {
        return new MatchRank(path, length, 0, method, headers, query);
    }

    private static Resource<HttpRoute> route(String namespace, String name, int day) {
        ObjectMeta meta = new ObjectMeta(
                name, namespace, 1, Optional.of("2026-01-0" + day + "T00:00:00Z"), Map.of(), Map.of(), "");
        return new Resource<>(
                Kinds.HTTP_ROUTE, meta, new HttpRoute(List.of(), List.of(), List.of(), Scope.NONE), Optional.empty());
    }
}
