package dev.waypoint.plan;

import dev.waypoint.filter.MatchPath;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.MatchIr;
import java.util.Optional;

/** One entry of a route table. */
public final class CompiledRoute {

    private final RouteMatcher matcher;
    private final CompiledRule rule;

    CompiledRoute(RouteMatcher matcher, CompiledRule rule) {
        this.matcher = matcher;
        this.rule = rule;
    }

    RouteMatcher matcher() {
        return matcher;
    }

    /** The conditions. */
    public MatchIr match() {
        return matcher.ir();
    }

    /** What happens to the requests. */
    public CompiledRule rule() {
        return rule;
    }

    /** Why a request does not match: the name of the first condition that does not hold. Empty if it matches. */
    public Optional<String> mismatch(RequestHead head) {
        return matcher.matchesPath(MatchPath.of(head.path())) ? matcher.mismatch(head) : Optional.of("path");
    }
}
