package dev.waypoint.ir;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a backend is used.
 *
 * @param balancing how an endpoint is chosen
 * @param slowStart how long a new endpoint's share grows; zero for not at all
 * @param zone the zone whose endpoints are preferred; empty for none
 * @param limits bounds on connections and requests
 * @param connectTimeout the longest wait for a connection
 * @param idleTimeout how long an unused connection is kept
 * @param outlier when an endpoint is ejected by what its answers look like
 * @param health active health checks
 * @param retryBudget the share of requests that may be retries
 * @param keepAlive how silent connections are looked after; {@link KeepAliveIr#DEFAULT} if empty
 */
public record BackendSettingsIr(
        BalancingIr balancing,
        Duration slowStart,
        String zone,
        LimitsIr limits,
        Duration connectTimeout,
        Duration idleTimeout,
        Optional<OutlierIr> outlier,
        Optional<HealthIr> health,
        RetryBudgetIr retryBudget,
        Optional<KeepAliveIr> keepAlive) {

    /** Settings with the usual care for silent connections. */
    public BackendSettingsIr(
            BalancingIr balancing,
            Duration slowStart,
            String zone,
            LimitsIr limits,
            Duration connectTimeout,
            Duration idleTimeout,
            Optional<OutlierIr> outlier,
            Optional<HealthIr> health,
            RetryBudgetIr retryBudget) {
        this(
                balancing,
                slowStart,
                zone,
                limits,
                connectTimeout,
                idleTimeout,
                outlier,
                health,
                retryBudget,
                Optional.empty());
    }

    /** What applies where nothing else is said. */
    public static final BackendSettingsIr DEFAULT = new BackendSettingsIr(
            new BalancingIr.LeastRequest(),
            Duration.ZERO,
            "",
            LimitsIr.DEFAULT,
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Optional.empty(),
            Optional.empty(),
            RetryBudgetIr.DEFAULT);

    /** How an endpoint is chosen. */
    public sealed interface BalancingIr {
        /** The less loaded of two chosen at random. */
        record LeastRequest() implements BalancingIr {}

        /** In turn, by weight. */
        record RoundRobin() implements BalancingIr {}

        /** At random, by weight. */
        record Random() implements BalancingIr {}

        /** Requests with equal keys go to the same endpoint as long as it is there. */
        record ConsistentHash(List<HashKeyIr> keys) implements BalancingIr {
            public ConsistentHash {
                keys = List.copyOf(keys);
            }
        }
    }

    /** What a consistent hash is made of. */
    public sealed interface HashKeyIr {
        /** A request header. */
        record Header(String name) implements HashKeyIr {}

        /**
         * A cookie.
         *
         * @param lifetime how long one lives that we make for a client without; zero for as long as its session, empty for never
         *     making one
         * @param path the path of one that we make; empty for none
         */
        record Cookie(String name, Optional<Duration> lifetime, String path) implements HashKeyIr {}

        /** The client's address. */
        record SourceAddress() implements HashKeyIr {}
    }

    /** Bounds for one backend over all event loops. Zero means no bound. */
    public record LimitsIr(int maxConnections, int maxPending, int maxRequests, int maxRequestsPerConnection) {
        /** As Envoy's circuit breakers begin. */
        public static final LimitsIr DEFAULT = new LimitsIr(0, 1024, 0, 0);
    }

    /**
     * How silent connections are looked after: by PING over HTTP/2 while requests are under way, by TCP's own probes otherwise.
     *
     * @param interval the silence after which the endpoint is asked for a sign of life; zero for never
     * @param timeout how long it has to give one before the connection is closed
     */
    public record KeepAliveIr(Duration interval, Duration timeout) {
        /** Long enough not to be taken for a flood, short enough to notice within a minute. */
        public static final KeepAliveIr DEFAULT = new KeepAliveIr(Duration.ofSeconds(30), Duration.ofSeconds(20));
    }

    /**
     * Passive outlier ejection.
     *
     * @param consecutiveErrors 5xx answers or failures in a row that eject
     * @param baseEjection the first ejection's length; grows with each further one
     * @param maxEjectionPercent the most endpoints that may be ejected, in percent; at least one may
     */
    public record OutlierIr(
            int consecutiveErrors, Duration baseEjection, Duration maxEjection, int maxEjectionPercent) {}

    /**
     * Active health checks by GET.
     *
     * @param path the path asked
     * @param interval between two checks
     * @param timeout of one check
     * @param unhealthyAfter failures in a row that take an endpoint out
     * @param healthyAfter successes in a row that bring it back
     */
    public record HealthIr(String path, Duration interval, Duration timeout, int unhealthyAfter, int healthyAfter) {}

    /**
     * The share of requests that may be retries, counted over the interval; a minimum rate is always allowed.
     *
     * @param percent 0 to 100
     * @param minPerSecond retries a second that are always allowed
     */
    public record RetryBudgetIr(int percent, Duration interval, int minPerSecond) {
        /** As the Gateway API's XBackendTrafficPolicy begins. */
        public static final RetryBudgetIr DEFAULT = new RetryBudgetIr(20, Duration.ofSeconds(10), 10);
    }
}
