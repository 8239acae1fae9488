package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

class NettyHttp1Test extends Http1Contract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
