package dev.waypoint.api;

import dev.waypoint.config.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code HTTPRoute.spec}. */
public record HttpRoute(
        List<ParentRef> parentRefs,
        List<String> hostnames,
        @Default("[{}]") List<Rule> rules,
        @Default("\"None\"") Gateway.Scope useDefaultGateways) {

    public HttpRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /** What happens to the requests that one of the matches takes. */
    public record Rule(
            Optional<String> name,
            @Default("[{}]") List<Match> matches,
            List<RouteFilter> filters,
            List<BackendRef> backendRefs,
            Optional<Timeouts> timeouts,
            Optional<Retry> retry,
            Optional<SessionPersistence> sessionPersistence) {
        public Rule {
            matches = List.copyOf(matches);
            filters = List.copyOf(filters);
            backendRefs = List.copyOf(backendRefs);
        }
    }

    /** All parts must hold. */
    public record Match(
            @Default("{}") PathMatch path,
            List<HeaderMatch> headers,
            List<HeaderMatch> queryParams,
            Optional<String> method) {
        public Match {
            headers = List.copyOf(headers);
            queryParams = List.copyOf(queryParams);
        }
    }

    /** A condition on the path. */
    public record PathMatch(
            @Default("\"PathPrefix\"") PathType type,
            @Default("\"/\"") String value) {}

    /** How a path is compared. */
    public enum PathType {
        EXACT,
        PATH_PREFIX,
        REGULAR_EXPRESSION
    }

    /** A condition on a header or query parameter. */
    public record HeaderMatch(@Default("\"Exact\"") ValueType type, String name, String value) {}

    /** How a value is compared. */
    public enum ValueType {
        EXACT,
        REGULAR_EXPRESSION
    }

    /** Times that bound a request; zero switches one off. */
    public record Timeouts(Optional<Duration> request, Optional<Duration> backendRequest) {}

    /** When a failed attempt is made again. */
    public record Retry(List<Integer> codes, Optional<Integer> attempts, Optional<Duration> backoff) {
        public Retry {
            codes = List.copyOf(codes);
        }
    }
}
