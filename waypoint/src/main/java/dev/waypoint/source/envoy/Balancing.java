package dev.waypoint.source.envoy;

import dev.waypoint.ir.BackendSettingsIr.BalancingIr;
import dev.waypoint.ir.BackendSettingsIr.HashKeyIr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads how an endpoint is chosen: a cluster's policy and a route's hash keys. */
final class Balancing {

    private static final String POLICIES = "envoy.extensions.load_balancing_policies.";

    /** {@code Cluster.LbPolicy} in the order of the numbers. */
    private enum Policy {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RING_HASH,
        RANDOM,
        ORIGINAL_DST_LB,
        MAGLEV,
        CLUSTER_PROVIDED,
        LOAD_BALANCING_POLICY_CONFIG
    }

    private Balancing() {}

    static BalancingIr read(Message cluster) {
        cluster.harmless("common_lb_config", "lb_subset_config", "least_request_lb_config");
        cluster.harmless("ring_hash_lb_config", "maglev_lb_config", "round_robin_lb_config");
        List<Message> policies = cluster.child("load_balancing_policy").messages("policies");
        if (!policies.isEmpty()) {
            return extension(policies.getFirst().child("typed_extension_config"));
        }
        return switch (cluster.choice("lb_policy", Policy.class, Policy.ROUND_ROBIN)) {
            case ROUND_ROBIN, CLUSTER_PROVIDED -> new BalancingIr.RoundRobin();
            case LEAST_REQUEST -> new BalancingIr.LeastRequest();
            case RANDOM -> new BalancingIr.Random();
            case RING_HASH, MAGLEV -> new BalancingIr.ConsistentHash(List.of());
            case ORIGINAL_DST_LB, LOAD_BALANCING_POLICY_CONFIG -> {
                cluster.error("lb_policy", "expected ROUND_ROBIN, LEAST_REQUEST, RING_HASH, RANDOM or MAGLEV");
                yield new BalancingIr.RoundRobin();
            }
        };
    }

    private static BalancingIr extension(Message policy) {
        policy.harmless("name");
        Message config = policy.child("typed_config");
        return switch (config.type()) {
            case POLICIES + "round_robin.v3.RoundRobin" -> new BalancingIr.RoundRobin();
            case POLICIES + "least_request.v3.LeastRequest" -> new BalancingIr.LeastRequest();
            case POLICIES + "random.v3.Random" -> new BalancingIr.Random();
            case POLICIES + "ring_hash.v3.RingHash", POLICIES + "maglev.v3.Maglev" ->
                new BalancingIr.ConsistentHash(List.of());
            default -> {
                config.error("@type", "not a load balancing policy that is supported");
                yield new BalancingIr.RoundRobin();
            }
        };
    }

    /** The {@code hash_policy} of a route. */
    static List<HashKeyIr> keys(Message action) {
        List<HashKeyIr> out = new ArrayList<>();
        for (Message policy : action.messages("hash_policy")) {
            policy.noEffect("terminal", "all keys count");
            String kind = policy.oneOf("header", "cookie", "connection_properties", "query_parameter", "filter_state")
                    .orElse("");
            switch (kind) {
                case "header" ->
                    out.add(new HashKeyIr.Header(
                            policy.child(kind).required("header_name").toLowerCase(Locale.ROOT)));
                case "cookie" -> {
                    Message cookie = policy.child(kind);
                    out.add(new HashKeyIr.Cookie(
                            cookie.required("name"),
                            cookie.duration("ttl"),
                            cookie.text("path").orElse("")));
                }
                case "connection_properties" -> {
                    policy.child(kind).harmless("source_ip");
                    out.add(new HashKeyIr.SourceAddress());
                }
                default ->
                    policy.problems().error(policy.path(), kind, "expected header, cookie or connection_properties");
            }
        }
        return out;
    }
}
