package dev.waypoint.api;

import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code HTTPRoute.spec}. */
public record HttpRoute(
        @Size(max = 32) List<ParentRef> parentRefs,
        @Size(max = 16) List<String> hostnames,
        @Default("[{}]") @Size(min = 1, max = 16) List<Rule> rules,
        @Default("\"None\"") Gateway.Scope useDefaultGateways) {

    public HttpRoute {
        parentRefs = List.copyOf(parentRefs);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    /** What happens to the requests that one of the matches takes. */
    public record Rule(
            Optional<String> name,
            @Default("[{}]") @Size(min = 1, max = 64) List<Match> matches,
            @Size(max = 16) List<RouteFilter> filters,
            @Size(max = 16) List<BackendRef> backendRefs,
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
        @Name("Exact")
        EXACT,
        @Name("PathPrefix")
        PATH_PREFIX,
        @Name("RegularExpression")
        REGULAR_EXPRESSION
    }

    /** A condition on a header or query parameter. */
    public record HeaderMatch(@Default("\"Exact\"") ValueType type, String name, String value) {}

    /** How a value is compared. */
    public enum ValueType {
        @Name("Exact")
        EXACT,
        @Name("RegularExpression")
        REGULAR_EXPRESSION
    }

    /** Times that bound a request; zero switches one off. */
    public record Timeouts(Optional<Duration> request, Optional<Duration> backendRequest) {}

    /** When a failed attempt is made again. */
    public record Retry(
            @Range(min = 400, max = 599) List<Integer> codes,
            @Range(min = 1) Optional<Integer> attempts,
            Optional<Duration> backoff) {
        public Retry {
            codes = List.copyOf(codes);
        }
    }
}
