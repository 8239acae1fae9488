package dev.waypoint.message;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.RequestHead;
import io.netty.util.concurrent.EventExecutor;

/** The door from a transport into the engine; one for each listening socket. */
public interface RequestReceiver {

    /**
     * A request's head came. The transport has refused what breaks HTTP, and removed hop-by-hop headers and framing
     * ({@code connection} and what it lists, {@code keep-alive}, {@code proxy-connection}, {@code transfer-encoding},
     * {@code upgrade}, {@code te} but for {@code trailers}); {@code content-length} is kept and is right.
     *
     * @param connection the connection
     * @param loop the connection's event loop, the current thread
     * @param head the head
     * @param end whether there is neither body nor trailers
     * @param downstream where the response goes
     * @return where the rest of the request goes
     */
    RequestEvents onRequest(
            ConnectionFacts connection, EventExecutor loop, RequestHead head, boolean end, Downstream downstream);
}
