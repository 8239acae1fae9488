package dev.waypoint.source.envoy;

import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.BackendSettingsIr.RetryBudgetIr;
import java.util.Optional;

/** Reads a cluster's circuit breakers. Those of the default priority count. */
final class CircuitBreakers {

    private static final int DEFAULT = 1024;

    /** Routing priorities, in the order of the numbers. */
    private enum Priority {
        DEFAULT,
        HIGH
    }

    private CircuitBreakers() {}

    static LimitsIr limits(Message breakers, int maxRequestsPerConnection) {
        Optional<Message> found = thresholds(breakers);
        if (found.isEmpty()) {
            return new LimitsIr(DEFAULT, DEFAULT, DEFAULT, maxRequestsPerConnection);
        }
        Message thresholds = found.get();
        thresholds.harmless("track_remaining", "max_connection_pools");
        thresholds.noEffect("max_retries", "retries are bounded by a budget, a share of the requests");
        return new LimitsIr(
                thresholds.cappedCount("max_connections", DEFAULT),
                thresholds.cappedCount("max_pending_requests", DEFAULT),
                thresholds.cappedCount("max_requests", DEFAULT),
                maxRequestsPerConnection);
    }

    static RetryBudgetIr retryBudget(Message breakers) {
        Optional<Message> budget = thresholds(breakers).flatMap(found -> found.message("retry_budget"));
        return budget.map(message -> new RetryBudgetIr(
                        (int) message.child("budget_percent").real("value", 20),
                        RetryBudgetIr.DEFAULT.interval(),
                        message.cappedCount("min_retry_concurrency", 3)))
                .orElse(RetryBudgetIr.DEFAULT);
    }

    private static Optional<Message> thresholds(Message breakers) {
        breakers.noEffect("per_host_thresholds", "limits count over all endpoints of a cluster");
        Optional<Message> found = Optional.empty();
        for (Message thresholds : breakers.messages("thresholds")) {
            if (thresholds.choice("priority", Priority.class, Priority.DEFAULT) == Priority.DEFAULT) {
                found = Optional.of(thresholds);
            } else {
                thresholds.noEffect("priority", "there is one priority");
            }
        }
        return found;
    }
}
