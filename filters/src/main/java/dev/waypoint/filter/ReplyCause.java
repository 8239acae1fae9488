package dev.waypoint.filter;

/**
 * Why the proxy itself answered. The flag is the one that Envoy's access log prints for the same thing, where there is one
 * (<a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage">access log</a>).
 */
public enum ReplyCause {
    /** No listener or route took the request. */
    NO_ROUTE("NR"),
    /** The host belongs to another listener than the one that the TLS handshake chose. */
    MISDIRECTED("NR"),
    /** The rule or the chosen backend reference is invalid. */
    INVALID_CONFIGURATION("NC"),
    /** The backend has no endpoint. */
    NO_HEALTHY_UPSTREAM("UH"),
    /** No connection to the endpoint came about. */
    UPSTREAM_CONNECT_FAILURE("UF"),
    /** The endpoint ended the stream or the connection before its response. */
    UPSTREAM_RESET("UR"),
    /** The endpoint broke the protocol. */
    UPSTREAM_PROTOCOL("UPE"),
    /** A limit on connections or pending requests of the backend. */
    UPSTREAM_OVERFLOW("UO"),
    /** The route's timeout passed. */
    UPSTREAM_TIMEOUT("UT"),
    /** The exchange was idle for too long. */
    IDLE_TIMEOUT("SI"),
    /** A body was larger than the limit. */
    BODY_TOO_LARGE("-"),
    /** A redirect of a route. */
    REDIRECT("-"),
    /** A fixed answer of a route or filter. */
    DIRECT_RESPONSE("-"),
    /** Fault injection. */
    FAULT("FI"),
    /** CORS preflight, or CSRF refusal. */
    CORS("-"),
    /** The client's address is not welcome. */
    ACCESS_DENIED("RBAC"),
    /** The client did not prove who it is. */
    UNAUTHENTICATED("UAEX"),
    /** The client may not do that. */
    UNAUTHORIZED("UAEX"),
    /** A rate limit. */
    RATE_LIMITED("RL"),
    /** The store of a global rate limit cannot be reached. */
    RATE_LIMIT_STORE("RLSE"),
    /** An external processor answered. */
    EXT_PROC_REPLY("-"),
    /** An external processor failed. */
    EXT_PROC_ERROR("-"),
    /** Another filter's answer; its detail says more. */
    FILTER("-"),
    /** The proxy is draining or overloaded. */
    OVERLOAD("OM"),
    /** The client went away. */
    CLIENT_GONE("DC"),
    /** A bug of ours. */
    INTERNAL("-");

    private final String flag;

    ReplyCause(String flag) {
        this.flag = flag;
    }

    /** The response flag of the access log, {@code -} for none. */
    public String flag() {
        return flag;
    }
}
