package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

final class NettyBackendTlsTest extends BackendTlsContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
