package dev.waypoint.message;

import dev.waypoint.ir.TlsToBackendIr;
import java.util.Optional;

/**
 * A way to an endpoint that leads through another HTTP/2 server: each connection is one stream, asked for by CONNECT (RFC 9113, section
 * 8.5). Many share one connection to the server.
 *
 * @param host the server's address or name
 * @param port its port
 * @param tls how it is spoken to securely; empty for cleartext by prior knowledge
 * @param authority what CONNECT asks for: {@code host:port} of the endpoint as the server knows it
 */
public record Tunnel(String host, int port, Optional<TlsToBackendIr.Verified> tls, String authority) {}
