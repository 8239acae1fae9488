package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyTlsTest extends TlsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
