package dev.waypoint.filter;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The keys of what is known of the caller: set by the engine and by authenticating filters, read by all that come later. */
public final class ExchangeKeys {

    /** The calling workload; set by the engine before the chain starts. */
    public static final ExchangeKey<CallerIdentity> IDENTITY = ExchangeKey.of("identity");

    /** The claims of a verified token; not to be changed. */
    public static final ExchangeKey<ObjectNode> CLAIMS = ExchangeKey.of("claims");

    /** The user or client whose password or key was verified. */
    public static final ExchangeKey<String> USER = ExchangeKey.of("user");

    private ExchangeKeys() {}
}
