package dev.waypoint.source.envoy;

import dev.waypoint.ir.RetryIr;
import dev.waypoint.ir.RetryIr.Condition;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Reads a {@code RetryPolicy}. */
final class Retries {

    private static final Duration BACKOFF = Duration.ofMillis(25);
    private static final Map<String, Integer> GRPC = Map.of(
            "cancelled",
            1,
            "unknown",
            2,
            "deadline-exceeded",
            4,
            "resource-exhausted",
            8,
            "internal",
            13,
            "unavailable",
            14);

    private final Set<Integer> statuses = new TreeSet<>();
    private final Set<Integer> grpc = new TreeSet<>();
    private final Set<Condition> conditions = EnumSet.noneOf(Condition.class);

    private Retries() {}

    /** The policy; empty if it never retries. */
    static Optional<RetryIr> read(Message policy, int bufferBytes) {
        Retries retries = new Retries();
        for (String word : policy.string("retry_on").split(",", -1)) {
            retries.word(policy, word.strip());
        }
        for (String status : policy.strings("retriable_status_codes")) {
            if (policy.string("retry_on").contains("retriable-status-codes")) {
                retries.statuses.add(Integer.valueOf(status));
            }
        }
        inert(policy);
        Message backoff = policy.child("retry_back_off");
        Duration base = backoff.duration("base_interval").orElse(BACKOFF);
        RetryIr out = new RetryIr(
                policy.count("num_retries", 1),
                retries.statuses,
                retries.grpc,
                retries.conditions,
                base,
                backoff.duration("max_interval").orElse(base.multipliedBy(10)),
                bufferBytes);
        return out.attempts() == 0 || policy.string("retry_on").isEmpty() ? Optional.empty() : Optional.of(out);
    }

    private static void inert(Message policy) {
        policy.harmless("retry_host_predicate", "host_selection_retry_max_attempts", "per_try_timeout");
        policy.noEffect("per_try_idle_timeout", "an attempt is bounded by per_try_timeout only");
        policy.noEffect("retry_priority", "there is one priority");
        policy.noEffect("retriable_headers", "responses are judged by their status only");
        policy.noEffect("retriable_request_headers", "all requests of the route may be retried");
        policy.noEffect("rate_limited_retry_back_off", "the pause follows retry_back_off only");
        policy.noEffect("retry_options_predicates", "not supported");
    }

    private void word(Message policy, String word) {
        switch (word) {
            case "5xx" -> {
                IntStream.range(500, 600).forEach(statuses::add);
                conditions.addAll(EnumSet.allOf(Condition.class));
            }
            case "gateway-error" -> {
                statuses.addAll(Set.of(502, 503, 504));
                conditions.addAll(EnumSet.allOf(Condition.class));
            }
            case "reset" -> conditions.addAll(EnumSet.allOf(Condition.class));
            case "reset-before-request", "connect-failure" -> conditions.add(Condition.CONNECT_FAILURE);
            case "refused-stream" -> conditions.add(Condition.REFUSED);
            case "retriable-4xx" -> statuses.add(409);
            case "retriable-status-codes", "" -> {}
            default -> {
                Integer status = GRPC.get(word);
                if (status == null) {
                    policy.problems().warning(policy.path("retry_on"), word, "not supported, has no effect");
                } else {
                    grpc.add(status);
                }
            }
        }
    }
}
