package dev.waypoint.gatewayapi;

/** Where a policy is attached, from wide to narrow. */
enum Level {
    GATEWAY,
    LISTENER,
    SERVICE,
    PORT,
    ROUTE,
    RULE,
    /** Written in the rule itself. */
    INLINE
}
