package dev.waypoint.extproc.state;

import dev.waypoint.extproc.v3.ProcessingMode;

/** Which of the six events of an exchange are shown to the processor: Envoy's {@code ProcessingMode}. */
public record Modes(
        SendMode requestHeaders,
        SendMode responseHeaders,
        BodyMode requestBody,
        BodyMode responseBody,
        SendMode requestTrailers,
        SendMode responseTrailers) {

    /** Both heads, nothing else. */
    public static final Modes DEFAULT = new Modes(
            SendMode.DEFAULT, SendMode.DEFAULT, BodyMode.NONE, BodyMode.NONE, SendMode.DEFAULT, SendMode.DEFAULT);

    /** Nothing at all. */
    public static final Modes OFF =
            new Modes(SendMode.SKIP, SendMode.SKIP, BodyMode.NONE, BodyMode.NONE, SendMode.SKIP, SendMode.SKIP);

    /** From the wire. */
    public static Modes of(ProcessingMode wire) {
        return new Modes(
                SendMode.of(wire.getRequestHeaderMode()),
                SendMode.of(wire.getResponseHeaderMode()),
                BodyMode.of(wire.getRequestBodyMode()),
                BodyMode.of(wire.getResponseBodyMode()),
                SendMode.of(wire.getRequestTrailerMode()),
                SendMode.of(wire.getResponseTrailerMode()));
    }

    /** As on the wire. */
    public ProcessingMode toWire() {
        return ProcessingMode.newBuilder()
                .setRequestHeaderMode(requestHeaders.wire())
                .setResponseHeaderMode(responseHeaders.wire())
                .setRequestBodyMode(requestBody.wire())
                .setResponseBodyMode(responseBody.wire())
                .setRequestTrailerMode(requestTrailers.wire())
                .setResponseTrailerMode(responseTrailers.wire())
                .build();
    }

    boolean sendsHeaders(Direction direction) {
        return (direction == Direction.REQUEST ? requestHeaders : responseHeaders) != SendMode.SKIP;
    }

    BodyMode body(Direction direction) {
        return direction == Direction.REQUEST ? requestBody : responseBody;
    }

    boolean sendsTrailers(Direction direction) {
        return (direction == Direction.REQUEST ? requestTrailers : responseTrailers) == SendMode.SEND;
    }

    /** Whether nothing of the direction is ever shown. */
    public boolean isOff(Direction direction) {
        return !sendsHeaders(direction) && body(direction) == BodyMode.NONE && !sendsTrailers(direction);
    }

    /** Whether a body is exchanged in full duplex in any direction. */
    public boolean hasDuplex() {
        return requestBody == BodyMode.FULL_DUPLEX_STREAMED || responseBody == BodyMode.FULL_DUPLEX_STREAMED;
    }

    /** With an override laid over: body modes are taken as they stand, the others where they say something. */
    Modes overlaid(ProcessingMode override) {
        Modes wish = of(override);
        return new Modes(
                requestHeaders,
                wish.responseHeaders.over(responseHeaders),
                wish.requestBody,
                wish.responseBody,
                wish.requestTrailers.over(requestTrailers),
                wish.responseTrailers.over(responseTrailers));
    }

    /** Equality but for the request headers, which are past when an override can come. */
    boolean isAllowedBy(Modes entry) {
        return responseHeaders == entry.responseHeaders
                && requestBody == entry.requestBody
                && responseBody == entry.responseBody
                && requestTrailers == entry.requestTrailers
                && responseTrailers == entry.responseTrailers;
    }
}
