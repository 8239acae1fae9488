package dev.waypoint.filter;

/**
 * A filter that may see bodies. The two ceilings are asked once per instance: if no filter of a chain can ever ask for a body,
 * the engine passes messages through untouched.
 */
public non-sealed interface StreamFilter extends HttpFilter {

    /** The most that this filter may ever ask of request bodies. */
    BodyDemand requestCeiling();

    /** The most that this filter may ever ask of response bodies. */
    BodyDemand responseCeiling();

    /** Starts the session of one exchange. Called on the exchange's event loop, before the request's head is offered. */
    StreamSession open(Exchange exchange);
}
