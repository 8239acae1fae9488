package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

final class NettyHttp1RulesTest extends Http1RulesContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
