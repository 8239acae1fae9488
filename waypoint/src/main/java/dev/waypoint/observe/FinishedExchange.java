package dev.waypoint.observe;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.ReplyCause;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.ListenerIr;
import dev.waypoint.ir.RuleIr;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the access log and the metrics may know of an exchange. The engine's own exchange object is the implementation, so that
 * looking at it costs nothing; what is absent is null here for the same reason.
 */
public interface FinishedExchange {

    /** The connection. */
    ConnectionFacts connection();

    /** The client's address, after trusted hops were taken into account. */
    InetAddress clientAddress();

    /** The request's id. */
    String requestId();

    /** The method as received. */
    String method();

    /** The request target as received, with its query. */
    String path();

    /** The authority as received. */
    String authority();

    /** The head as it was at the end, changed by filters. */
    RequestHead request();

    /** The version of the snapshot that served the exchange. */
    long snapshotVersion();

    /** The listener; null if none took the request. */
    @Nullable
    ListenerIr listener();

    /** The rule; null if none took the request. Equal rules of one snapshot are the same object. */
    @Nullable
    RuleIr rule();

    /** The backend that was chosen last; null for none. */
    @Nullable
    BackendId backend();

    /** The endpoint of the last attempt as {@code host:port}; empty for none. */
    String endpoint();

    /** The status sent to the client; 0 if none was sent. */
    int status();

    /** The {@code grpc-status} sent to the client; -1 if it was no gRPC call or none was sent. */
    int grpcStatus();

    /** Why the proxy itself answered or broke off; empty if the response was the upstream's and complete. */
    Optional<ReplyCause> cause();

    /** What exactly: a short token, or empty. */
    String detail();

    /** The bytes of the request's body. */
    long requestBytes();

    /** The bytes of the response's body. */
    long responseBytes();

    /** The event loop's clock in nanoseconds at the request's arrival. */
    long startNanos();

    /** The event loop's clock in nanoseconds at the end. */
    long endNanos();

    /** Nanoseconds from the start of the last attempt to its response head; -1 if there was none. */
    long upstreamNanos();

    /** The attempts made upstream: 0 if none, 2 for one retry. */
    int attempts();
}
