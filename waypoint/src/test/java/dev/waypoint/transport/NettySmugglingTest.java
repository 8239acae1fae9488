package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettySmugglingTest extends SmugglingContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
