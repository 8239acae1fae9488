package dev.waypoint.gatewayapi;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.waypoint.api.HttpRoute;
import dev.waypoint.api.HttpRoute.HeaderMatch;
import dev.waypoint.api.HttpRoute.PathMatch;
import dev.waypoint.api.HttpRoute.PathType;
import dev.waypoint.gatewayapi.MatchRank.PathClass;
import dev.waypoint.gatewayapi.RouteDraft.RankedMatch;
import dev.waypoint.gatewayapi.RouteDraft.RuleTimes;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.ir.MatchIr.ValueIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Translates HTTPRoutes. */
final class HttpRoutes {

    private HttpRoutes() {}

    /**
     * Translates one route as far as it does not depend on its parents.
     *
     * @param mesh whether it is translated for Services as parents
     */
    static RouteDraft draft(Resource<HttpRoute> route, View view, FilterCompiler compiler, boolean mesh) {
        RouteDrafts drafts = new RouteDrafts(view, route, compiler, mesh);
        List<HttpRoute.Rule> rules = route.spec().rules();
        for (int i = 0; i < rules.size(); i++) {
            HttpRoute.Rule rule = rules.get(i);
            drafts.add(
                    i,
                    new RouteDrafts.Rule(
                            rule.name(),
                            matches(rule.matches(), "spec.rules[" + i + "]", drafts),
                            prefix(rule.matches()),
                            rule.filters(),
                            rule.backendRefs(),
                            rule.timeouts()
                                    .map(times -> new RuleTimes(times.request(), times.backendRequest()))
                                    .orElse(RuleTimes.NONE),
                            rule.retry().map(RuleParts::retry),
                            rule.sessionPersistence(),
                            true));
        }
        return drafts.build();
    }

    private static Optional<String> prefix(List<HttpRoute.Match> matches) {
        return matches.size() == 1 && matches.getFirst().path().type() == PathType.PATH_PREFIX
                ? Optional.of(matches.getFirst().path().value())
                : Optional.empty();
    }

    private static List<RankedMatch> matches(List<HttpRoute.Match> matches, String path, RouteDrafts drafts) {
        List<RankedMatch> ranked = new ArrayList<>();
        for (int i = 0; i < matches.size(); i++) {
            String place = path + ".matches[" + i + "]";
            Optional<Problem> problem = problem(matches.get(i), place);
            problem.ifPresent(drafts::drop);
            if (problem.isEmpty()) {
                ranked.add(match(matches.get(i), i));
            }
        }
        return ranked;
    }

    private static RankedMatch match(HttpRoute.Match match, int place) {
        List<ParameterIr> headers = headers(match.headers());
        List<ParameterIr> query =
                distinct(match.queryParams().stream().map(HttpRoutes::parameter).toList());
        MatchIr ir = new MatchIr(path(match.path()), match.method(), headers, query, false);
        return new RankedMatch(
                ir,
                new MatchRank(
                        pathClass(match.path().type()),
                        length(match.path()),
                        0,
                        match.method().isPresent(),
                        headers.size(),
                        query.size()),
                place);
    }

    /** Conditions on headers, whose names have no case; of several for one name the first counts. */
    static List<ParameterIr> headers(List<HeaderMatch> headers) {
        return distinct(headers.stream()
                .map(header -> new HeaderMatch(header.type(), header.name().toLowerCase(Locale.ROOT), header.value()))
                .map(HttpRoutes::parameter)
                .toList());
    }

    private static List<ParameterIr> distinct(List<ParameterIr> parameters) {
        Set<String> names = new HashSet<>();
        return parameters.stream().filter(one -> names.add(one.name())).toList();
    }

    private static ParameterIr parameter(HeaderMatch match) {
        ValueIr value = switch (match.type()) {
            case EXACT -> new ValueIr.Exact(match.value(), false);
            case REGULAR_EXPRESSION -> new ValueIr.Regex(match.value());
        };
        return new ParameterIr(match.name(), value, false);
    }

    private static PathIr path(PathMatch path) {
        return switch (path.type()) {
            case EXACT -> new PathIr.Exact(path.value());
            case PATH_PREFIX -> new PathIr.Prefix(path.value());
            case REGULAR_EXPRESSION -> new PathIr.Regex(path.value());
        };
    }

    private static PathClass pathClass(PathType type) {
        return switch (type) {
            case EXACT -> PathClass.EXACT;
            case PATH_PREFIX -> PathClass.PREFIX;
            case REGULAR_EXPRESSION -> PathClass.REGEX;
        };
    }

    /** A trailing slash of a prefix does not count. */
    private static int length(PathMatch path) {
        boolean slash = path.type() == PathType.PATH_PREFIX
                && path.value().length() > 1
                && path.value().endsWith("/");
        return path.value().length() - (slash ? 1 : 0);
    }

    private static Optional<Problem> problem(HttpRoute.Match match, String place) {
        PathMatch path = match.path();
        if (path.type() == PathType.REGULAR_EXPRESSION) {
            Optional<Problem> regex = regexProblem(path.value(), place + ".path.value");
            if (regex.isPresent()) {
                return regex;
            }
        } else if (!path.value().startsWith("/")) {
            return Optional.of(
                    unsupported(place + ".path.value", path.value(), "expected a path that begins with a slash"));
        }
        return valueProblem(match.headers(), place + ".headers")
                .or(() -> valueProblem(match.queryParams(), place + ".queryParams"));
    }

    /** The first condition whose regular expression cannot be used. */
    static Optional<Problem> valueProblem(List<HeaderMatch> matches, String place) {
        for (int i = 0; i < matches.size(); i++) {
            if (matches.get(i).type() == HttpRoute.ValueType.REGULAR_EXPRESSION) {
                Optional<Problem> problem = regexProblem(matches.get(i).value(), place + "[" + i + "].value");
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    static Optional<Problem> regexProblem(String expression, String place) {
        try {
            Pattern.compile(expression);
            return Optional.empty();
        } catch (PatternSyntaxException malformed) {
            return Optional.of(unsupported(
                    place, expression, "expected a regular expression in RE2 syntax: " + malformed.getDescription()));
        }
    }

    private static Problem unsupported(String path, String value, String expectation) {
        return new Problem(Reasons.UNSUPPORTED_VALUE, path, value, expectation);
    }
}
