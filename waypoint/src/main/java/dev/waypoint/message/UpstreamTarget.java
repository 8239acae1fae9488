package dev.waypoint.message;

import dev.waypoint.ir.BackendId;
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
 * @param http2 HTTP/2 by prior knowledge or ALPN; else HTTP/1.1
 * @param tls TLS, if any
 * @param limits bounds of the backend
 * @param connectTimeout the longest wait for a connection, TLS included
 * @param idleTimeout how long an unused connection is kept
 */
public record UpstreamTarget(
        BackendId backend,
        String host,
        int port,
        boolean http2,
        Optional<TlsToBackendIr.Verified> tls,
        LimitsIr limits,
        Duration connectTimeout,
        Duration idleTimeout) {}
