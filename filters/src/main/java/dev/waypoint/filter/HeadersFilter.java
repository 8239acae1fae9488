package dev.waypoint.filter;

/**
 * A filter that looks at heads only. It is stateless and runs in a plain loop on the exchange's event loop: it must not block.
 * State of one exchange goes into an {@link ExchangeKey}.
 */
public non-sealed interface HeadersFilter extends HttpFilter {

    /** Looks at a request, may change its head, and says what happens next. */
    default Verdict onRequest(RequestHead request, Exchange exchange) {
        return Verdict.next();
    }

    /** Looks at a response, local replies included, and may change its head. */
    default void onResponse(ResponseHead response, Exchange exchange) {}
}
