package dev.waypoint.transport;

import dev.waypoint.transport.armeria.ArmeriaTransport;

final class ArmeriaStreamsTest extends StreamsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new ArmeriaTransport(workers);
    }
}
