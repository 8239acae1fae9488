package dev.waypoint.extproc.client;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/** An event loop for exchanges that live on an executor without sockets, as in tests. */
final class SpareLoop {

    static final EventLoop LOOP = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("ext-proc-spare", true), NioIoHandler.newFactory())
            .next();

    private SpareLoop() {}
}
