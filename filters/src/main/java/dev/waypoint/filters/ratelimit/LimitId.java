package dev.waypoint.filters.ratelimit;

import dev.waypoint.config.ResourceRef;

/**
 * What makes two limits one, so that they share their buckets: over rules, over snapshots.
 *
 * @param owner the object
 * @param target what the object is attached to
 * @param route the route; empty if all routes of the target share
 * @param rule the rule; empty if all rules share
 * @param limit the name of the limit in its object
 */
record LimitId(ResourceRef owner, String target, String route, String rule, String limit) {

    static LimitId of(
            JoinedRateLimits.Config config, JoinedRateLimits.Part part, String limit, LimitConfig.Sharing sharing) {
        boolean ofRoute = sharing != LimitConfig.Sharing.TARGET;
        boolean ofRule = sharing == LimitConfig.Sharing.RULE;
        return new LimitId(
                part.owner().ref(), part.target(), ofRoute ? config.route() : "", ofRule ? config.rule() : "", limit);
    }

    /** Prints {@code shop/orders-per-tenant/tenant-writes}: a token for the access log. */
    String token() {
        return owner.namespace() + "/" + owner.name() + "/" + limit;
    }
}
