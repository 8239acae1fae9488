package dev.waypoint.message;

import dev.waypoint.filter.RequestHead;
import io.netty.util.concurrent.EventExecutor;

/** The door from the engine to a transport's clients. */
public interface Upstream {

    /**
     * Sends a request to one endpoint, by a pooled or new connection of the given event loop. Failures are told to the events,
     * never thrown. The head is encoded before the method returns or copied: the caller may change it afterwards.
     *
     * @param loop the event loop of the exchange, the current thread
     * @param target where to
     * @param head the head; hop-by-hop headers and framing are the transport's affair, {@code content-length} is kept
     * @param end whether there is neither body nor trailers
     * @param events what is told of the response
     * @return where the body goes; writable from the start within the limits of a buffer, also before there is a connection
     */
    Call open(EventExecutor loop, UpstreamTarget target, RequestHead head, boolean end, ResponseEvents events);

    /** One attempt at one endpoint. */
    interface Call extends MessageWriter {}
}
