package dev.waypoint.source.envoy;

import dev.waypoint.ir.BackendSettingsIr.HealthIr;
import dev.waypoint.ir.BackendSettingsIr.OutlierIr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads a cluster's active health checks and outlier detection. */
final class Health {

    private Health() {}

    static Optional<HealthIr> active(Message cluster) {
        List<Message> checks = cluster.messages("health_checks");
        if (checks.isEmpty()) {
            return Optional.empty();
        }
        if (checks.size() > 1) {
            cluster.noEffect("health_checks", "only the first health check counts");
        }
        Message check = checks.getFirst();
        Optional<Message> http = check.message("http_health_check");
        if (http.isEmpty()) {
            cluster.problems()
                    .warning(check.path(), "", "only http_health_check is supported; endpoints count as healthy");
            return Optional.empty();
        }
        check.harmless("interval_jitter", "reuse_connection", "initial_jitter", "no_traffic_interval");
        http.get().noEffect("host", "the endpoint's address is sent");
        http.get().noEffect("expected_statuses", "200 to 299 are healthy");
        return Optional.of(new HealthIr(
                http.get().required("path"),
                check.duration("interval").orElse(Duration.ofSeconds(60)),
                check.duration("timeout").orElse(Duration.ofSeconds(5)),
                check.count("unhealthy_threshold", 3),
                check.count("healthy_threshold", 2)));
    }

    static Optional<OutlierIr> outlier(Message cluster) {
        return cluster.message("outlier_detection").map(outlier -> {
            outlier.harmless("interval", "enforcing_consecutive_5xx");
            return new OutlierIr(
                    outlier.count("consecutive_5xx", 5),
                    outlier.duration("base_ejection_time").orElse(Duration.ofSeconds(30)),
                    outlier.duration("max_ejection_time").orElse(Duration.ofSeconds(300)),
                    outlier.count("max_ejection_percent", 10));
        });
    }
}
