package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

final class ArmeriaBackendTlsTest extends BackendTlsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }

    @Override
    @Test
    @Disabled("Armeria either insists on HTTP/2, or falls back for gRPC too: docs/transports.md")
    void anEndpointWithoutHttp2IsSpokenToByHttp1() {}

    @Override
    @Test
    @Disabled("Armeria makes a TLS context for each connection: docs/transports.md")
    void sessionsAreResumed() {}
}
