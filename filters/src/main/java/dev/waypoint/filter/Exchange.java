package dev.waypoint.filter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waypoint.config.ResourceRef;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/** One request with its response, as filters see it. Confined to its event loop. */
public interface Exchange {

    /** The connection that the request came by. */
    ConnectionFacts connection();

    /** The client's address, after trusted hops were taken into account. */
    InetAddress clientAddress();

    /** The port of the client's connection; 0 if the address came from a header. */
    int clientPort();

    /** The event loop that all of the exchange happens on. */
    EventExecutor eventLoop();

    /** The request's head as it now is. */
    RequestHead request();

    /** The response's head as it now is; empty before it came. */
    Optional<ResponseHead> response();

    /** The route that was matched; empty before routing. */
    Optional<MatchedRoute> route();

    /** The value of a key; empty if none was set. */
    <T> Optional<T> get(ExchangeKey<T> key);

    /** Sets the value of a key. */
    <T> void set(ExchangeKey<T> key, T value);

    /**
     * Metadata by namespace: facts that filters publish for later filters, processors and the access log. The returned map is
     * live; the JSON objects in it may be changed.
     */
    Map<String, ObjectNode> metadata();

    /**
     * Nanoseconds at the request's arrival, on the clock of the event loop: {@code eventLoop().ticker().nanoTime()}. Its origin is
     * another one than that of {@link System#nanoTime}.
     */
    long startNanos();

    /** A name for the request that is unique for practical purposes: the value of {@code x-request-id}. */
    String requestId();

    /** Has something done when the exchange ends, in whatever way, on its event loop; at once if it has ended. */
    void onEnd(Runnable action);

    /** Tells {@code explain} and the access log what happened, when somebody listens; costs nothing else. */
    void note(String filter, String text);

    /** Whether somebody listens to {@link #note}. */
    boolean isTraced();

    /**
     * What was matched.
     *
     * @param route the route object
     * @param rule the name of the rule, or its index printed
     * @param cluster the chosen backend as {@code namespace/service:port}, empty before one was chosen; with weights alone it is chosen with
     *     the route
     */
    record MatchedRoute(ResourceRef route, String rule, String cluster) {}
}
