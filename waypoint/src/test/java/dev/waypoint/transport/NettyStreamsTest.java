package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

final class NettyStreamsTest extends StreamsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
