package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyFloodTest extends FloodContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
