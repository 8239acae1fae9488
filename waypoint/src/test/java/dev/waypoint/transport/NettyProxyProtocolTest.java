package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyProxyProtocolTest extends ProxyProtocolContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
