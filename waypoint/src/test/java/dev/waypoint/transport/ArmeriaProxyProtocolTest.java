package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;

final class ArmeriaProxyProtocolTest extends ProxyProtocolContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }
}
