package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code TrafficPolicy.spec}: what the core objects lack. Merged field by field; a value of the route itself always wins.
 *
 * @param transform edits of headers with values from the exchange: the configuration of the filter {@code transform}, which
 *     defines its fields
 */
public record TrafficPolicy(
        @Size(min = 1, max = 16) List<PolicyTarget> targetRefs,
        @Default("\"Default\"") Strategy strategy,
        Optional<HeaderRouting> headerRouting,
        Optional<JsonNode> transform,
        Optional<Timeouts> timeouts,
        Optional<Retries> retries,
        Optional<RetryBudget> retryBudget,
        Optional<Connection> connection,
        Optional<Outlier> outlier,
        Optional<HealthCheck> healthCheck,
        Optional<LoadBalancing> loadBalancing) {

    public TrafficPolicy {
        targetRefs = List.copyOf(targetRefs);
    }

    /** Who wins where several levels set the same field. */
    public enum Strategy {
        /** The lower, more specific level. */
        @Name("Default")
        DEFAULT,
        /** This one, over lower levels. */
        @Name("Override")
        OVERRIDE
    }

    /** Backends by the value of a header. */
    public record HeaderRouting(
            String header,
            List<HeaderValue> values,
            @Default("\"Default\"") NoMatch onNoMatch) {
        public HeaderRouting {
            values = List.copyOf(values);
        }
    }

    /** A value with either a backend, or labels that narrow the rule's own backends, or both. */
    public record HeaderValue(String value, Optional<BackendTarget> backendRef, Map<String, String> subset) {
        public HeaderValue {
            subset = Map.copyOf(subset);
        }
    }

    /** What happens to a request without a listed value. */
    public enum NoMatch {
        @Name("Default")
        DEFAULT,
        @Name("Reject")
        REJECT
    }

    /** Times; zero switches one off. {@code maxStream} bounds the whole exchange where the route gives no request timeout. */
    public record Timeouts(Optional<Duration> idle, Optional<Duration> connect, Optional<Duration> maxStream) {}

    /** Retries where the route has none. */
    public record Retries(
            @Default("1") int attempts,
            @Range(min = 400, max = 599) List<Integer> codes,
            List<Integer> grpcCodes,
            @Default("[\"ConnectFailure\", \"Refused\"]") List<RetryOn> conditions,
            Optional<Duration> backoff,
            Optional<Integer> maxBodyBytes) {
        public Retries {
            codes = List.copyOf(codes);
            grpcCodes = List.copyOf(grpcCodes);
            conditions = List.copyOf(conditions);
        }
    }

    /** A failure that may be retried. */
    public enum RetryOn {
        @Name("ConnectFailure")
        CONNECT_FAILURE,
        @Name("Refused")
        REFUSED,
        @Name("Reset")
        RESET,
        @Name("AttemptTimeout")
        ATTEMPT_TIMEOUT
    }

    /** The share of requests that may be retries; for Services. */
    public record RetryBudget(
            @Default("20") @Range(min = 0, max = 100) int percent,
            @Default("\"10s\"") Duration interval,
            @Default("10") int minRetriesPerSecond) {}

    /** Bounds of a Service; zero for none. */
    public record Connection(
            @Default("0") int maxConnections,
            @Default("1024") int maxPending,
            @Default("0") int maxRequests,
            @Default("0") int maxRequestsPerConnection) {}

    /** When an endpoint is ejected by what its answers look like. */
    public record Outlier(
            @Default("5") int consecutiveErrors,
            @Default("\"30s\"") Duration baseEjection,
            @Default("\"5m\"") Duration maxEjection,
            @Default("10") @Range(min = 0, max = 100) int maxEjectionPercent) {}

    /** Active checks by GET. */
    public record HealthCheck(
            String path,
            @Default("\"10s\"") Duration interval,
            @Default("\"2s\"") Duration timeout,
            @Default("3") int unhealthyAfter,
            @Default("2") int healthyAfter) {}

    /** How an endpoint is chosen. */
    public record LoadBalancing(
            @Default("\"LeastRequest\"") Algorithm algorithm,
            List<HashKey> hashOn,
            Optional<Duration> slowStart,
            Optional<String> preferZone) {
        public LoadBalancing {
            hashOn = List.copyOf(hashOn);
        }
    }

    /** The ways to choose an endpoint. */
    public enum Algorithm {
        @Name("LeastRequest")
        LEAST_REQUEST,
        @Name("RoundRobin")
        ROUND_ROBIN,
        @Name("Random")
        RANDOM,
        @Name("ConsistentHash")
        CONSISTENT_HASH
    }

    /**
     * What a consistent hash is made of.
     *
     * @param name of the header or cookie
     * @param lifetime of a cookie that is made for a client without; 0s for its session, absent for never making one
     * @param path of such a cookie; {@code /} if absent
     */
    public record HashKey(HashSource type, Optional<String> name, Optional<Duration> lifetime, Optional<String> path) {}

    /** Where a part of a hash key comes from. */
    public enum HashSource {
        @Name("Header")
        HEADER,
        @Name("Cookie")
        COOKIE,
        @Name("SourceAddress")
        SOURCE_ADDRESS
    }
}
