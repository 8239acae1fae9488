package dev.waypoint.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** How sockets are driven: epoll where there is one, else the JDK's own selectors. */
record ChannelPlatform(
        IoHandlerFactory ioHandlers,
        Class<? extends ServerSocketChannel> serverChannel,
        Class<? extends SocketChannel> socketChannel,
        Class<? extends DatagramChannel> datagramChannel) {

    private static final int PROBES = 3;

    static ChannelPlatform best() {
        return Epoll.isAvailable()
                ? new ChannelPlatform(
                        EpollIoHandler.newFactory(),
                        EpollServerSocketChannel.class,
                        EpollSocketChannel.class,
                        EpollDatagramChannel.class)
                : new ChannelPlatform(
                        NioIoHandler.newFactory(),
                        NioServerSocketChannel.class,
                        NioSocketChannel.class,
                        NioDatagramChannel.class);
    }

    /** Lets the kernel look after connections that are silent: so many seconds of silence, then three probes within the other time. */
    void probe(Bootstrap bootstrap, int idleSeconds, int timeoutSeconds) {
        bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        if (socketChannel.equals(EpollSocketChannel.class)) {
            bootstrap
                    .option(EpollChannelOption.TCP_KEEPIDLE, idleSeconds)
                    .option(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, timeoutSeconds / PROBES))
                    .option(EpollChannelOption.TCP_KEEPCNT, PROBES);
        }
    }

    EventLoopGroup group(int workers) {
        return new MultiThreadIoEventLoopGroup(workers, new DefaultThreadFactory("waypoint-worker", true), ioHandlers);
    }
}
