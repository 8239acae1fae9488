package dev.waypoint.gatewayapi;

import dev.waypoint.api.TrafficPolicy;
import dev.waypoint.api.TrafficPolicy.HashKey;
import dev.waypoint.api.TrafficPolicy.LoadBalancing;
import dev.waypoint.ir.BackendSettingsIr;
import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.BackendSettingsIr.OutlierIr;
import dev.waypoint.ir.BackendSettingsIr.RetryBudgetIr;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Translates the fields of TrafficPolicies that say how a Service is used. */
final class BackendSettings {

    private static final BackendSettingsIr USUAL = BackendSettingsIr.DEFAULT;

    private BackendSettings() {}

    /** Whether a policy says anything about how Services are used. */
    static boolean concerns(TrafficPolicy policy) {
        return policy.connection().isPresent()
                || policy.outlier().isPresent()
                || policy.retryBudget().isPresent()
                || policy.healthCheck().isPresent()
                || policy.loadBalancing().isPresent()
                || policy.timeouts().flatMap(TrafficPolicy.Timeouts::connect).isPresent();
    }

    static BackendSettingsIr of(List<TrafficLayer> layers) {
        Optional<LoadBalancing> balancing = value(layers, TrafficPolicy::loadBalancing);
        return new BackendSettingsIr(
                balancing.map(BackendSettings::balancing).orElse(USUAL.balancing()),
                balancing.flatMap(LoadBalancing::slowStart).orElse(USUAL.slowStart()),
                balancing.flatMap(LoadBalancing::preferZone).orElse(USUAL.zone()),
                value(layers, TrafficPolicy::connection)
                        .map(limits -> new LimitsIr(
                                limits.maxConnections(),
                                limits.maxPending(),
                                limits.maxRequests(),
                                limits.maxRequestsPerConnection()))
                        .orElse(USUAL.limits()),
                value(layers, policy -> policy.timeouts().flatMap(TrafficPolicy.Timeouts::connect))
                        .orElse(USUAL.connectTimeout()),
                value(layers, TrafficPolicy::connection)
                        .map(TrafficPolicy.Connection::idleTimeout)
                        .orElse(USUAL.idleTimeout()),
                value(layers, TrafficPolicy::outlier)
                        .map(outlier -> new OutlierIr(
                                outlier.consecutiveErrors(),
                                outlier.baseEjection(),
                                outlier.maxEjection(),
                                outlier.maxEjectionPercent())),
                value(layers, TrafficPolicy::healthCheck)
                        .map(check -> new HealthIr(
                                check.path(),
                                check.interval(),
                                check.timeout(),
                                check.unhealthyAfter(),
                                check.healthyAfter())),
                value(layers, TrafficPolicy::retryBudget)
                        .map(budget ->
                                new RetryBudgetIr(budget.percent(), budget.interval(), budget.minRetriesPerSecond()))
                        .orElse(USUAL.retryBudget()),
                value(layers, TrafficPolicy::connection)
                        .flatMap(TrafficPolicy.Connection::keepAlive)
                        .map(care -> new KeepAliveIr(care.interval(), care.timeout())));
    }

    private static <V> Optional<V> value(List<TrafficLayer> layers, Function<TrafficPolicy, Optional<V>> field) {
        return TrafficPolicies.effective(layers, field).map(TrafficPolicies.Effective::value);
    }

    private static BalancingIr balancing(LoadBalancing balancing) {
        return switch (balancing.algorithm()) {
            case LEAST_REQUEST -> new BalancingIr.LeastRequest();
            case ROUND_ROBIN -> new BalancingIr.RoundRobin();
            case RANDOM -> new BalancingIr.Random();
            case CONSISTENT_HASH ->
                new BalancingIr.ConsistentHash(
                        balancing.hashOn().isEmpty()
                                ? List.of(new HashKeyIr.SourceAddress())
                                : balancing.hashOn().stream()
                                        .map(BackendSettings::hashKey)
                                        .toList());
        };
    }

    private static HashKeyIr hashKey(HashKey key) {
        return switch (key.type()) {
            case HEADER -> new HashKeyIr.Header(key.name().orElse("").toLowerCase(Locale.ROOT));
            case COOKIE ->
                new HashKeyIr.Cookie(
                        key.name().orElse(""), key.lifetime(), key.path().orElse("/"));
            case SOURCE_ADDRESS -> new HashKeyIr.SourceAddress();
        };
    }
}
