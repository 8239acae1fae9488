package dev.waypoint.message;

import dev.waypoint.ir.BackendId;
import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.BackendSettingsIr.LimitsIr;
import dev.waypoint.ir.TlsToBackendIr;
import java.time.Duration;
import java.util.Optional;

/**
 * One endpoint and how it is spoken to. Made when a snapshot is built; equal targets share connections.
 *
 * @param backend the backend, whose limits count over all its endpoints
 * @param host an IP address or a host name
 * @param port the port
 * @param http2 HTTP/2 by prior knowledge, or by ALPN, where an endpoint may answer that it speaks HTTP/1.1; else HTTP/1.1
 * @param tls TLS, if any
 * @param limits bounds of the backend
 * @param connectTimeout the longest wait for a connection, TLS included
 * @param idleTimeout how long an unused connection is kept
 * @param keepAlive how silent connections are looked after
 * @param tunnel the way, if it is not a direct one
 * @param connections who is told of connections
 */
public record UpstreamTarget(
        BackendId backend,
        String host,
        int port,
        boolean http2,
        Optional<TlsToBackendIr.Verified> tls,
        LimitsIr limits,
        Duration connectTimeout,
        Duration idleTimeout,
        KeepAliveIr keepAlive,
        Optional<Tunnel> tunnel,
        ConnectionEvents connections) {

    /** A direct way, with the usual care for silent connections. */
    public UpstreamTarget(
            BackendId backend,
            String host,
            int port,
            boolean http2,
            Optional<TlsToBackendIr.Verified> tls,
            LimitsIr limits,
            Duration connectTimeout,
            Duration idleTimeout) {
        this(
                backend,
                host,
                port,
                http2,
                tls,
                limits,
                connectTimeout,
                idleTimeout,
                KeepAliveIr.DEFAULT,
                Optional.empty(),
                ConnectionEvents.NONE);
    }

    /** The same endpoint, reached by a tunnel. */
    public UpstreamTarget through(Tunnel way) {
        return new UpstreamTarget(
                backend,
                host,
                port,
                http2,
                tls,
                limits,
                connectTimeout,
                idleTimeout,
                keepAlive,
                Optional.of(way),
                connections);
    }

    /** The same endpoint, looked after in another way. */
    public UpstreamTarget keptAlive(KeepAliveIr care) {
        return new UpstreamTarget(
                backend, host, port, http2, tls, limits, connectTimeout, idleTimeout, care, tunnel, connections);
    }

    /** The same endpoint, with somebody to be told of connections. */
    public UpstreamTarget told(ConnectionEvents listener) {
        return new UpstreamTarget(
                backend, host, port, http2, tls, limits, connectTimeout, idleTimeout, keepAlive, tunnel, listener);
    }
}
