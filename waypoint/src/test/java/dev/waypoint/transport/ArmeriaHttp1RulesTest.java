package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;

final class ArmeriaHttp1RulesTest extends Http1RulesContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }
}
