package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

final class NettyHttp2PairsTest extends Http2PairsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
