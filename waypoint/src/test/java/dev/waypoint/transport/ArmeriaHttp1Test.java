package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;

final class ArmeriaHttp1Test extends Http1Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }
}
