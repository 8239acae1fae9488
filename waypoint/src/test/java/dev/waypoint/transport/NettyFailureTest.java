package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyFailureTest extends FailureContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
