package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

final class ArmeriaHttp1Test extends Http1Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }

    @Override
    @Test
    @Disabled("bytes beyond ASCII in a target are encoded as UTF-8: docs/transports.md")
    void anyMethodAndTargetPasses() {}
}
