package dev.waypoint.app;

import dev.waypoint.cli.RunRequest;
import dev.waypoint.transport.Transport;
import dev.waypoint.transport.armeria.ArmeriaTransport;
import dev.waypoint.transport.netty.NettyTransport;

/** Makes the transport that the user chose. */
final class Transports {

    private Transports() {}

    static Transport open(RunRequest.Network network) {
        return switch (network.transport()) {
            case netty -> new NettyTransport(network.workers());
            case armeria -> new ArmeriaTransport(network.workers());
        };
    }
}
