package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that accepts connections of one socket. It lets the socket be closed while connections go on, which Armeria does not offer, and
 * ends without the two seconds of rest that Netty would take.
 */
final class AcceptorGroup extends MultiThreadIoEventLoopGroup {

    private volatile @Nullable Channel socket;

    /** A thread of the same kind as those of the workers. */
    AcceptorGroup(String threadName, EventLoopGroup workers) {
        super(1, new DefaultThreadFactory(threadName, true), handlers(workers));
    }

    private static IoHandlerFactory handlers(EventLoopGroup workers) {
        return TransportType.serverChannelType(workers).equals(EpollServerSocketChannel.class)
                ? EpollIoHandler.newFactory()
                : NioIoHandler.newFactory();
    }

    /** The listening socket, once there is one. */
    Optional<Channel> socket() {
        return Optional.ofNullable(socket);
    }

    @Override
    public ChannelFuture register(Channel channel) {
        socket = channel;
        return super.register(channel);
    }

    @Override
    public Future<?> shutdownGracefully() {
        return shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
