package dev.waypoint.extproc.state;

import dev.waypoint.config.Name;
import java.util.List;

/**
 * What the machine must know of the configuration; made once, used by many exchanges.
 *
 * @param modes the modes of the route
 * @param overrideBase what a mode override is laid over
 * @param allowedOverrides if not empty, the only results that an override may have
 * @param permissions what the processor may do
 * @param failOpen whether the exchange goes on unprocessed when the processor fails
 * @param statusOnError the status of error replies, but for timeouts, which are 504
 * @param observe messages are sent and nobody waits for replies
 * @param earlyBody STREAMED bodies do not wait for the header reply
 * @param timeouts milliseconds to wait for replies
 * @param buffers bytes to hold at most
 * @param profile how to decide where Envoy surprises
 * @param mutator applies header changes
 */
public record MachineSettings(
        Modes modes,
        Modes overrideBase,
        List<Modes> allowedOverrides,
        Permissions permissions,
        boolean failOpen,
        int statusOnError,
        boolean observe,
        boolean earlyBody,
        Timeouts timeouts,
        Buffers buffers,
        Profile profile,
        HeaderMutator mutator) {

    /**
     * What the processor may do.
     *
     * @param modeOverride change modes
     * @param immediateResponse answer the client
     * @param contentLength leave and set content-length where the body may change
     * @param routeCache when a change of the request has its route chosen again
     */
    public record Permissions(
            boolean modeOverride, boolean immediateResponse, boolean contentLength, RouteCache routeCache) {
        /** Envoy's defaults. */
        public static final Permissions DEFAULT = new Permissions(false, true, false, RouteCache.DEFAULT);
    }

    /** When a change of the request has its route chosen again. */
    public enum RouteCache {
        /** When the processor asks for it. */
        @Name("Default")
        DEFAULT,
        /** Whenever the processor changes headers. */
        @Name("Clear")
        CLEAR,
        /** Never. */
        @Name("Retain")
        RETAIN,
        /** Never: the route is past, the filter stands behind the choice of the backend. */
        @Name("Upstream")
        UPSTREAM
    }

    /** Milliseconds for a reply, and the most that a processor may ask for; 0 for none. */
    public record Timeouts(long message, long max) {}

    /** Bytes of each direction that are held at most. */
    public record Buffers(long request, long response) {}

    long buffer(Direction direction) {
        return direction == Direction.REQUEST ? buffers.request() : buffers.response();
    }
}
