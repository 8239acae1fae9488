package dev.waypoint.gatewayapi;

import com.google.re2j.Pattern;
import dev.waypoint.api.GrpcRoute;
import dev.waypoint.api.GrpcRoute.MethodMatch;
import dev.waypoint.api.HttpRoute.ValueType;
import dev.waypoint.gatewayapi.MatchRank.PathClass;
import dev.waypoint.gatewayapi.RouteDraft.RankedMatch;
import dev.waypoint.gatewayapi.RouteDraft.RuleTimes;
import dev.waypoint.ir.MatchIr;
import dev.waypoint.ir.MatchIr.ParameterIr;
import dev.waypoint.ir.MatchIr.PathIr;
import dev.waypoint.source.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates GRPCRoutes: a call of a method is a request for the path {@code /service/method}. */
final class GrpcRoutes {

    private static final String ANY_NAME = "[^/]+";
    private static final GrpcRoute.Match ANY = new GrpcRoute.Match(Optional.empty(), List.of());

    private GrpcRoutes() {}

    /** Translates one route as far as it does not depend on its parents. */
    static RouteDraft draft(Resource<GrpcRoute> route, View view, FilterCompiler compiler, boolean mesh) {
        RouteDrafts drafts = new RouteDrafts(view, route, compiler, mesh);
        List<GrpcRoute.Rule> rules = route.spec().rules();
        for (int i = 0; i < rules.size(); i++) {
            GrpcRoute.Rule rule = rules.get(i);
            drafts.add(
                    i,
                    new RouteDrafts.Rule(
                            rule.name(),
                            matches(rule.matches(), "spec.rules[" + i + "]", drafts),
                            Optional.empty(),
                            rule.filters(),
                            rule.backendRefs(),
                            RuleTimes.NONE,
                            Optional.empty(),
                            rule.sessionPersistence(),
                            false));
        }
        return drafts.build();
    }

    private static List<RankedMatch> matches(List<GrpcRoute.Match> matches, String path, RouteDrafts drafts) {
        List<GrpcRoute.Match> wanted = matches.isEmpty() ? List.of(ANY) : matches;
        List<RankedMatch> ranked = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Optional<Problem> problem = problem(wanted.get(i), path + ".matches[" + i + "]");
            problem.ifPresent(drafts::drop);
            if (problem.isEmpty()) {
                ranked.add(match(wanted.get(i), i));
            }
        }
        return ranked;
    }

    private static RankedMatch match(GrpcRoute.Match match, int place) {
        List<ParameterIr> headers = HttpRoutes.headers(match.headers());
        PathIr path = match.method().map(GrpcRoutes::path).orElse(new PathIr.Prefix("/"));
        int service = match.method().flatMap(MethodMatch::service).orElse("").length();
        int method = match.method().flatMap(MethodMatch::method).orElse("").length();
        return new RankedMatch(
                new MatchIr(path, Optional.empty(), headers, List.of(), true),
                new MatchRank(pathClass(match), service, method, false, headers.size(), 0),
                place);
    }

    private static PathIr path(MethodMatch match) {
        if (match.type() == ValueType.REGULAR_EXPRESSION) {
            return new PathIr.Regex("/(?:" + match.service().orElse(ANY_NAME) + ")/(?:"
                    + match.method().orElse(ANY_NAME) + ")");
        }
        if (match.service().isEmpty()) {
            return match.method()
                    .<PathIr>map(method -> new PathIr.Regex("/" + ANY_NAME + "/" + Pattern.quote(method)))
                    .orElse(new PathIr.Prefix("/"));
        }
        String service = match.service().get();
        return match.method()
                .<PathIr>map(method -> new PathIr.Exact("/" + service + "/" + method))
                .orElse(new PathIr.Prefix("/" + service));
    }

    /** A whole method is as specific as an exact path; all else is told apart by the length of its names. */
    private static PathClass pathClass(GrpcRoute.Match match) {
        boolean whole = match.method()
                .filter(method -> method.type() == ValueType.EXACT
                        && method.service().isPresent()
                        && method.method().isPresent())
                .isPresent();
        return whole ? PathClass.EXACT : PathClass.PREFIX;
    }

    private static Optional<Problem> problem(GrpcRoute.Match match, String place) {
        if (match.method().isPresent() && match.method().get().type() == ValueType.REGULAR_EXPRESSION) {
            MethodMatch method = match.method().get();
            Optional<Problem> regex = method.service()
                    .flatMap(service -> HttpRoutes.regexProblem(service, place + ".method.service"))
                    .or(() -> method.method().flatMap(name -> HttpRoutes.regexProblem(name, place + ".method.method")));
            if (regex.isPresent()) {
                return regex;
            }
        }
        return HttpRoutes.valueProblem(match.headers(), place + ".headers");
    }
}
