package dev.waypoint.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waypoint.config.Default;
import dev.waypoint.config.Doc;
import dev.waypoint.config.Name;
import dev.waypoint.config.Range;
import dev.waypoint.config.Rule;
import dev.waypoint.config.Size;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code TrafficPolicy.spec}: what the core objects lack. Merged field by field; a value of the route itself always wins. */
@Doc("How traffic is treated where the Gateway API says nothing. Merged field by field: the narrower level wins, unless"
        + " `strategy: Override`; a value of the route itself always wins.")
public record TrafficPolicy(
        @Doc("Whose traffic is meant.") @Size(min = 1, max = 16)
        List<PolicyTarget> targetRefs,

        @Doc("Who wins where several levels set a field: `Default`, the narrower level; `Override`, this policy.")
        @Default("\"Default\"")
        Strategy strategy,

        @Doc("Chooses backends by the value of a header.") Optional<HeaderRouting> headerRouting,

        @Doc("Edits of headers with values from the exchange: the fields of the filter `transform`.")
        Optional<JsonNode> transform,

        @Doc("Times that the route does not set.") Optional<Timeouts> timeouts,

        @Doc("Retries where the route has none.") Optional<Retries> retries,

        @Doc("The share of requests that may be retries; for Services.")
        Optional<RetryBudget> retryBudget,

        @Doc("Bounds for the connections and requests to a Service.")
        Optional<Connection> connection,

        @Doc("When an endpoint is left out for a while because of its answers.")
        Optional<Outlier> outlier,

        @Doc("Active checks of endpoints by GET requests.") Optional<HealthCheck> healthCheck,

        @Doc("How an endpoint is chosen.") Optional<LoadBalancing> loadBalancing) {

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
            @Doc("The name of the header.") @Size(min = 1, max = 256)
            String header,

            @Doc("What happens to which value.") @Size(min = 1, max = 1024)
            List<HeaderValue> values,

            @Doc("A request without a listed value takes the rule's own backends (`Default`), or is refused with 404"
                    + " (`Reject`).")
            @Default("\"Default\"")
            NoMatch onNoMatch) {
        public HeaderRouting {
            values = List.copyOf(values);
        }
    }

    /** A value with either a backend, or labels that narrow the rule's own backends, or both. */
    @Rule(
            cel = "has(self.backendRef) || (has(self.subset) && size(self.subset) > 0)",
            message = "expected a backendRef, a subset, or both")
    public record HeaderValue(
            @Doc("The value, compared to the last character.") @Size(min = 1, max = 4096)
            String value,

            @Doc("Where requests with this value go.") Optional<BackendTarget> backendRef,

            @Doc("Labels of the endpoints that requests with this value go to.") @Size(max = 16)
            Map<String, String> subset) {
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
    public record Timeouts(
            @Doc("How long nothing may move in either direction; `0s` for no bound.")
            Optional<Duration> idle,

            @Doc("How long a connection to an endpoint may take to come about.")
            Optional<Duration> connect,

            @Doc("How long the whole exchange may take, where the route gives no request timeout; `0s` for no bound.")
            Optional<Duration> maxStream) {}

    /** Retries where the route has none. */
    public record Retries(
            @Doc("The most retries of one request.") @Default("1") @Range(min = 0, max = 100)
            int attempts,

            @Doc("The statuses of answers that are retried.") @Range(min = 400, max = 599) @Size(max = 64)
            List<Integer> codes,

            @Doc("The gRPC statuses, by number, that are retried.") @Range(min = 1, max = 16) @Size(max = 16)
            List<Integer> grpcCodes,

            @Doc("The failures that are retried.") @Default("[\"ConnectFailure\", \"Refused\"]") @Size(max = 4)
            List<RetryOn> conditions,

            @Doc("The shortest pause before the first retry; it doubles. 25ms if left out.")
            Optional<Duration> backoff,

            @Doc("How much of a body is kept for a retry; requests with longer bodies are not retried.") @Range(min = 0)
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
            @Doc("The most retries, in percent of the requests of the interval.")
            @Default("20")
            @Range(min = 0, max = 100)
            int percent,

            @Doc("The time over which requests are counted.") @Default("\"10s\"")
            Duration interval,

            @Doc("How many retries are always free.") @Default("10") @Range(min = 0)
            int minRetriesPerSecond) {}

    /** Bounds of a Service; zero for none. {@code idleTimeout} says how long an unused connection is kept. */
    public record Connection(
            @Doc("The most connections to all endpoints together; 0 for no bound.") @Default("0") @Range(min = 0)
            int maxConnections,

            @Doc("The most requests that wait for a connection; 0 for no bound.") @Default("1024") @Range(min = 0)
            int maxPending,

            @Doc("The most requests at a time; 0 for no bound.") @Default("0") @Range(min = 0)
            int maxRequests,

            @Doc("After how many requests a connection is replaced; 0 for never.") @Default("0") @Range(min = 0)
            int maxRequestsPerConnection,

            @Doc("How long an unused connection is kept; 0s for as long as the endpoint does.") @Default("\"1m\"")
            Duration idleTimeout,

            @Doc("How silent connections are looked after. After 30s, with 20s to answer, if left out.")
            Optional<KeepAlive> keepAlive) {}

    /** How silent connections are looked after: by PING over HTTP/2 while requests are under way, by TCP's probes otherwise. */
    public record KeepAlive(
            @Doc("After how long a silence the endpoint is asked for a sign of life; 0s for never.") @Default("\"30s\"")
            Duration interval,

            @Doc("How long it has to give one before the connection is closed.") @Default("\"20s\"")
            Duration timeout) {}

    /** When an endpoint is ejected by what its answers look like. */
    public record Outlier(
            @Doc("How many failed answers in a row.") @Default("5") @Range(min = 1)
            int consecutiveErrors,

            @Doc("How long for the first time; longer each time that it happens again.") @Default("\"30s\"")
            Duration baseEjection,

            @Doc("The longest time.") @Default("\"5m\"") Duration maxEjection,

            @Doc("How many of the endpoints may be left out, in percent.") @Default("10") @Range(min = 0, max = 100)
            int maxEjectionPercent) {}

    /** Active checks by GET. */
    public record HealthCheck(
            @Doc("The path that is asked for; a status of 200 to 399 is good.") @Size(min = 1, max = 1024)
            String path,

            @Doc("The time between two checks of an endpoint.") @Default("\"10s\"")
            Duration interval,

            @Doc("How long an answer may take.") @Default("\"2s\"")
            Duration timeout,

            @Doc("After how many failed checks an endpoint is left out.") @Default("3") @Range(min = 1)
            int unhealthyAfter,

            @Doc("After how many good checks it is back.") @Default("2") @Range(min = 1)
            int healthyAfter) {}

    /** How an endpoint is chosen. */
    public record LoadBalancing(
            @Doc("The way.") @Default("\"LeastRequest\"") Algorithm algorithm,

            @Doc("For `ConsistentHash`: what makes requests belong together; the client's address if empty.")
            @Size(max = 8)
            List<HashKey> hashOn,

            @Doc("The time over which a new endpoint gets more and more requests.")
            Optional<Duration> slowStart,

            @Doc("The zone whose endpoints are preferred.") @Size(min = 1, max = 253)
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

    /** What a consistent hash is made of; {@code name} of the header or cookie. */
    @Rule(
            cel = "self.type == 'SourceAddress' ? !has(self.name) : has(self.name)",
            message = "a key of type Header or Cookie needs a name, one of type SourceAddress takes none")
    public record HashKey(
            @Doc("Where it comes from.") HashSource type,

            @Doc("The name of the header or cookie.") @Size(min = 1, max = 256)
            Optional<String> name,

            @Doc(
                    "How long a cookie lives that is made for a client without one; `0s` for its session. Without it none is made.")
            Optional<Duration> lifetime,

            @Doc("The path of such a cookie; `/` if left out.") @Size(min = 1, max = 1024)
            Optional<String> path) {
        /** @throws IllegalArgumentException if the name is missing, or there for nothing */
        public HashKey {
            if ((type == HashSource.SOURCE_ADDRESS) == name.isPresent()) {
                throw new IllegalArgumentException(
                        "a key of type Header or Cookie needs a name, one of type SourceAddress takes none");
            }
        }
    }

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
