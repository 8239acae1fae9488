package dev.waypoint.gatewayapi;

import dev.waypoint.api.RouteFilter;
import dev.waypoint.api.RouteFilter.PathModifier;
import dev.waypoint.api.RouteFilter.PathModifierType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which filters may stand beside each other in a rule; a cluster checks the same when objects are written. */
final class FilterRules {

    private static final Set<RouteFilter.Type> REPEATABLE =
            EnumSet.of(RouteFilter.Type.REQUEST_MIRROR, RouteFilter.Type.EXTENSION_REF, RouteFilter.Type.EXTERNAL_AUTH);

    private FilterRules() {}

    static List<Problem> check(List<RouteFilter> filters, Optional<String> prefix, String path) {
        List<Problem> problems = new ArrayList<>();
        Set<RouteFilter.Type> seen = EnumSet.noneOf(RouteFilter.Type.class);
        for (int i = 0; i < filters.size(); i++) {
            RouteFilter.Type type = filters.get(i).type();
            String place = path + ".filters[" + i + "]";
            if (!seen.add(type) && !REPEATABLE.contains(type)) {
                problems.add(problem(place + ".type", "", "expected at most one filter of this type in a rule"));
            }
            if (prefix.isEmpty() && replacesPrefix(filters.get(i))) {
                problems.add(problem(
                        place,
                        "ReplacePrefixMatch",
                        "needs a rule with exactly one match, whose path is of type PathPrefix"));
            }
        }
        if (seen.contains(RouteFilter.Type.REQUEST_REDIRECT) && seen.contains(RouteFilter.Type.URL_REWRITE)) {
            problems.add(problem(path + ".filters", "", "RequestRedirect and URLRewrite exclude each other"));
        }
        return problems;
    }

    private static boolean replacesPrefix(RouteFilter filter) {
        Optional<PathModifier> path = filter.urlRewrite()
                .flatMap(RouteFilter.UrlRewrite::path)
                .or(() -> filter.requestRedirect().flatMap(RouteFilter.Redirect::path));
        return path.filter(modifier -> modifier.type() == PathModifierType.REPLACE_PREFIX_MATCH)
                .isPresent();
    }

    private static Problem problem(String path, String value, String expectation) {
        return new Problem(Reasons.INCOMPATIBLE_FILTERS, path, value, expectation);
    }
}
