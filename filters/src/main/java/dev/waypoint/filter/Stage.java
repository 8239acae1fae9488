package dev.waypoint.filter;

/** The named positions of a filter chain, in the order in which requests pass them. Responses pass them in reverse. */
public enum Stage {
    /** IP access, maintenance, size caps: the cheapest refusals first. */
    SHIELD,
    /** Fault injection: must simulate everything behind it. */
    FAULT,
    /** CORS and CSRF: a preflight must not need credentials. */
    CORS,
    /** JWT, API key, basic authentication, mesh identity facts: later stages key on the result. */
    AUTHENTICATE,
    /** Rules and external authorization: a refusal must not consume quota. */
    AUTHORIZE,
    /** Rate and concurrency limits, keyed by identity and claims. */
    LIMIT,
    /** Header and URL edits, buffering, compression: before external code sees the request. */
    TRANSFORM,
    /** External processing, and third-party filters by default: sees what the upstream would see. */
    PROCESS,
    /** Mirrors, session affinity, edits per backend: the backend is known. */
    DISPATCH
}
