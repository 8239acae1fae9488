package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

final class ArmeriaHttp2Test extends Http2Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }

    @Override
    @Test
    @Disabled("upgrades go to HTTP/1.1 upstreams only: docs/transports.md")
    void anUpgradeBecomesAnExtendedConnectAndBack() {}
}
