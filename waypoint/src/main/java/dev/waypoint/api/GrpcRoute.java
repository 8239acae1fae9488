package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Size;
import java.util.List;
import java.util.Optional;

/** {@code GRPCRoute.spec}. */
public record GrpcRoute(
        @Size(max = 32) List<ParentRef> parentRefs,
        @Size(max = 16) List<String> hostnames,
        @Size(max = 16) List<Rule> rules,
        @Default("\"None\"") Gateway.Scope useDefaultGateways) {

    public GrpcRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /** What happens to the calls that one of the matches takes; all calls without matches. */
    public record Rule(
            Optional<String> name,
            @Size(max = 64) List<Match> matches,
            @Size(max = 16) List<RouteFilter> filters,
            @Size(max = 16) List<BackendRef> backendRefs,
            Optional<SessionPersistence> sessionPersistence) {
        public Rule {
            matches = List.copyOf(matches);
            filters = List.copyOf(filters);
            backendRefs = List.copyOf(backendRefs);
        }
    }

    /** All parts must hold. */
    public record Match(Optional<MethodMatch> method, List<HttpRoute.HeaderMatch> headers) {
        public Match {
            headers = List.copyOf(headers);
        }
    }

    /** A condition on the method that is called; at least one of service and method is given. */
    public record MethodMatch(
            @Default("\"Exact\"") HttpRoute.ValueType type, Optional<String> service, Optional<String> method) {}
}
