package dev.waypoint.transport.netty;

import dev.waypoint.message.Upstream;
import dev.waypoint.transport.ListenerSocket;
import dev.waypoint.transport.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transport made of Netty's channels and codecs alone. */
public final class NettyTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);
    private static final int BACKLOG = 4096;
    private static final long DRAIN_LOOK_MILLIS = 20;

    private final ChannelPlatform platform = ChannelPlatform.best();
    private final EventLoopGroup group;
    private final IdentityHashMap<EventExecutor, LoopState> loops = new IdentityHashMap<>();
    private final List<EventExecutor> executors = new ArrayList<>();
    private final Connector connector;
    private final UpstreamClients clients;
    private final Map<String, Bound> bound = new LinkedHashMap<>();
    private final List<OpenListener> closing = new ArrayList<>();

    private record Bound(OpenListener listener, Channel channel) {}

    /** @param workers the number of event loops */
    public NettyTransport(int workers) {
        this(workers, new DnsNameResolverBuilder());
    }

    /**
     * @param workers the number of event loops
     * @param names how names are looked up
     */
    public NettyTransport(int workers, DnsNameResolverBuilder names) {
        group = platform.group(workers);
        for (EventExecutor each : group) {
            executors.add(each);
            loops.put(each, new LoopState((EventLoop) each));
        }
        connector = new Connector(platform, names);
        clients = new UpstreamClients(loops.values(), connector);
    }

    @Override
    public synchronized Map<String, String> listen(List<ListenerSocket> sockets) {
        Map<String, String> problems = new LinkedHashMap<>();
        Map<String, ListenerSocket> wanted = new LinkedHashMap<>();
        sockets.forEach(socket -> wanted.put(socket.bindKey(), socket));
        for (String key : List.copyOf(bound.keySet())) {
            if (!wanted.containsKey(key)) {
                close(key);
            }
        }
        wanted.forEach((key, socket) -> {
            try {
                Bound open = bound.get(key);
                if (open == null) {
                    bound.put(key, open(socket));
                } else {
                    open.listener().update(socket);
                }
            } catch (IllegalArgumentException e) {
                problems.put(key, "TLS: " + e.getMessage());
            } catch (BindFailed e) {
                problems.put(key, String.valueOf(e.getMessage()));
            }
        });
        return problems;
    }

    private static final class BindFailed extends Exception {
        BindFailed(String message) {
            super(message);
        }
    }

    private Bound open(ListenerSocket socket) throws BindFailed {
        OpenListener listener = new OpenListener(socket);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group, group)
                .channel(platform.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                .childHandler(new Accept(listener));
        io.netty.channel.ChannelFuture binding = bootstrap
                .bind(new InetSocketAddress(socket.address(), socket.port()))
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new BindFailed("cannot listen on " + socket.bindKey() + ": "
                    + binding.cause().getMessage());
        }
        LOG.debug("listening on {}", binding.channel().localAddress());
        return new Bound(listener, binding.channel());
    }

    /** Begins each connection that comes in. */
    private final class Accept extends ChannelInitializer<Channel> {
        private final OpenListener listener;

        Accept(OpenListener listener) {
            this.listener = listener;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        protected void initChannel(Channel channel) {
            LoopState loop = loops.get(channel.eventLoop());
            if (loop == null) {
                throw new IllegalStateException("a connection on a foreign event loop");
            }
            listener.accepted(channel);
            ConnectionStart.begin(DownstreamLink.of(listener, loop, channel), channel.pipeline());
        }
    }

    /** Stops listening; connections end when their exchanges have. */
    private void close(String key) {
        Bound open = bound.remove(key);
        if (open != null) {
            open.channel().close().awaitUninterruptibly();
            open.listener().drain();
            closing.removeIf(each -> each.connections() == 0);
            closing.add(open.listener());
        }
    }

    @Override
    public synchronized int boundPort(String bindKey) {
        Bound open = bound.get(bindKey);
        if (open == null) {
            throw new IllegalArgumentException("not open: " + bindKey);
        }
        return ((InetSocketAddress) open.channel().localAddress()).getPort();
    }

    @Override
    public Upstream upstream() {
        return clients;
    }

    @Override
    public List<EventExecutor> loops() {
        return List.copyOf(executors);
    }

    @Override
    public synchronized int connections() {
        int sum = 0;
        for (Bound each : bound.values()) {
            sum += each.listener().connections();
        }
        for (OpenListener each : closing) {
            sum += each.connections();
        }
        return sum;
    }

    @Override
    public synchronized void leave() {
        bound.values().forEach(open -> open.listener().leave());
    }

    @Override
    public CompletionStage<Void> drain(Duration patience) {
        synchronized (this) {
            List.copyOf(bound.keySet()).forEach(this::close);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        waitForEnd(System.nanoTime() + patience.toNanos(), done);
        return done;
    }

    private void waitForEnd(long deadline, CompletableFuture<Void> done) {
        if (connections() == 0) {
            done.complete(null);
        } else if (System.nanoTime() - deadline > 0) {
            abort();
            done.complete(null);
        } else {
            group.schedule(() -> waitForEnd(deadline, done), DRAIN_LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void abort() {
        closing.forEach(OpenListener::abort);
    }

    @Override
    public void close() {
        synchronized (this) {
            List.copyOf(bound.keySet()).forEach(this::close);
            abort();
        }
        connector.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
