package dev.waypoint.ir;

import java.time.Duration;

/**
 * Times that bound an exchange; zero switches one off.
 *
 * @param request from the first byte of the request to the last of the response
 * @param attempt one attempt at one endpoint
 * @param idle without any byte in either direction
 * @param response from the last byte of the request to the last of the response, retries included
 */
public record TimeoutsIr(Duration request, Duration attempt, Duration idle, Duration response) {

    /** Times without a bound that begins with the end of the request. */
    public TimeoutsIr(Duration request, Duration attempt, Duration idle) {
        this(request, attempt, idle, Duration.ZERO);
    }

    /** No bound but on idleness, five minutes. */
    public static final TimeoutsIr DEFAULT = new TimeoutsIr(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));
}
