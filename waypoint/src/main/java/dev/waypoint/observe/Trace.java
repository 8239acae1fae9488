package dev.waypoint.observe;

import java.time.Instant;
import java.util.List;

/**
 * All that happened to one marked request.
 *
 * @param id by which it is found
 * @param mark the mark that it bore
 * @param request method, authority and target as received
 * @param requestId the request's id
 * @param started when it came
 * @param snapshot the version of the snapshot that served it
 * @param route the route object; empty if none took it
 * @param rule the name of the rule
 * @param outcome what became of it
 * @param steps what happened, in order
 */
public record Trace(
        long id,
        String mark,
        String request,
        String requestId,
        Instant started,
        long snapshot,
        String route,
        String rule,
        Outcome outcome,
        List<Step> steps) {

    public Trace {
        steps = List.copyOf(steps);
    }

    /**
     * What became of a request.
     *
     * @param status the status that was sent; 0 for none
     * @param cause why the proxy itself answered or broke off; empty if it did not
     * @param detail what exactly
     * @param endpoint the endpoint of the last attempt; empty for none
     * @param micros from the first byte to the end, in microseconds
     */
    public record Outcome(int status, String cause, String detail, String endpoint, long micros) {}

    /**
     * One thing that happened.
     *
     * @param atMicros microseconds since the request came
     * @param filter the kind of filter, or the part of the proxy
     * @param source the object that configured it; empty where it was not told
     * @param text what happened
     * @param tookMicros microseconds that it took; -1 if it took no time of its own
     */
    public record Step(long atMicros, String filter, String source, String text, long tookMicros) {}
}
