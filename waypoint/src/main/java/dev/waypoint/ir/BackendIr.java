package dev.waypoint.ir;

import dev.waypoint.config.ResourceRef;
import java.util.List;
import java.util.Optional;

/**
 * One backend with its endpoints.
 *
 * @param id its name
 * @param source the object that defines it
 * @param protocol what is spoken to it
 * @param tls how it is spoken to securely; a BackendTLSPolicy that is invalid gives {@link TlsToBackendIr.Broken}
 * @param endpoints its endpoints
 * @param settings balancing, limits, health
 */
public record BackendIr(
        BackendId id,
        ResourceRef source,
        Protocol protocol,
        Optional<TlsToBackendIr> tls,
        List<EndpointIr> endpoints,
        BackendSettingsIr settings) {

    /** What is spoken to a backend. */
    public enum Protocol {
        /** HTTP/1.1; gRPC calls use HTTP/2 with prior knowledge all the same. */
        AUTO,
        /** HTTP/1.1 always. */
        HTTP1,
        /** HTTP/2 by prior knowledge, or by ALPN over TLS. */
        HTTP2,
        /** HTTP/1.1, meant for WebSocket. */
        WEBSOCKET,
        /** HTTP/1.1 over TLS, meant for WebSocket. */
        WEBSOCKET_TLS
    }

    public BackendIr {
        endpoints = List.copyOf(endpoints);
    }
}
