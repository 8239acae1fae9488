package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyHttp2Test extends Http2Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
