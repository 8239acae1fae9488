package dev.waypoint.gatewayapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.api.RateLimitPolicy;

/** RateLimitPolicies as the filter that they stand for. */
public final class RateLimitPolicies {

    /** The filter's kind. */
    public static final String FILTER = "rate-limit";

    private RateLimitPolicies() {}

    /** The filter's configuration: it reads the fields of the policy that concern it as they are. */
    public static ObjectNode config(RateLimitPolicy spec) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set("limits", JsonNodeFactory.instance.arrayNode().addAll(spec.limits()));
        if (!spec.concurrency().isEmpty()) {
            config.putArray("concurrency").addAll(spec.concurrency());
        }
        config.set("headers", spec.headers());
        config.put("retryAfter", spec.retryAfter());
        if (!spec.exclude().isEmpty()) {
            spec.exclude().forEach(config.putArray("exclude")::add);
        }
        config.put("allowExclude", spec.allowExclude());
        spec.global().ifPresent(store -> config.set("global", store));
        return config;
    }
}
