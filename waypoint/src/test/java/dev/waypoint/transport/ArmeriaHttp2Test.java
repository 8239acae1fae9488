package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;

final class ArmeriaHttp2Test extends Http2Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }
}
