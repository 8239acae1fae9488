package dev.waypoint.transport;

import dev.waypoint.transport.netty.NettyTransport;

final class NettyCertificatesTest extends CertificatesContract {
    @Override
    protected Transport newTransport(int workers) {
        return new NettyTransport(workers);
    }
}
