package dev.waypoint.extproc.client;

import dev.waypoint.filter.EndpointSource;
import dev.waypoint.filter.EndpointSource.Endpoint;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one provider: one for each event loop and endpoint, so that streams live on the loop of their exchange. Streams
 * go round the endpoints; one that cannot be reached is left out for a while, as long as there is another.
 */
public final class ProcessorPool {

    private static final Map<ProcessorTarget, ProcessorPool> POOLS = new ConcurrentHashMap<>();

    /** gRPC servers take more than one ping in five minutes for an attack, unless they are told otherwise. */
    private static final int KEEP_ALIVE_SECONDS = 310;

    private static final int WINDOW_BYTES = 1 << 20;
    private static final long EJECTION_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BACKOFF_RESET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ProcessorTarget target;
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Endpoint, AtomicLong> ejectedUntil = new ConcurrentHashMap<>();
    private final Map<EventLoop, LoopChannels> channels = new ConcurrentHashMap<>();

    private ProcessorPool(ProcessorTarget target) {
        this.target = target;
    }

    /** The pool of a target, shared by all filters that call it; to be given back by {@link #release}. */
    public static ProcessorPool acquire(ProcessorTarget target) {
        return POOLS.compute(target, (key, present) -> {
            ProcessorPool pool = present == null ? new ProcessorPool(key) : present;
            pool.users.incrementAndGet();
            return pool;
        });
    }

    /** Gives the pool back; the last one closes the channels, streams that run may end. */
    public void release() {
        POOLS.computeIfPresent(target, (key, pool) -> {
            if (pool.users.decrementAndGet() > 0) {
                return pool;
            }
            pool.channels.values().forEach(LoopChannels::shutdown);
            return null;
        });
    }

    /** The number of streams at this moment. */
    public int streams() {
        return streams.get();
    }

    /**
     * Opens the stream of an exchange. Failures are told to the listener, possibly before this returns.
     *
     * @param loop the exchange's event loop, the current thread
     * @param endpoints where the processor lives
     * @param headers the call's headers
     */
    public ProcessorStream open(
            EventExecutor loop, EndpointSource endpoints, Metadata headers, ProcessorStream.Listener listener) {
        boolean admitted = streams.incrementAndGet() <= target.maxConcurrentStreams();
        ProcessorStream.Attempts attempts =
                admitted ? new PooledAttempts(loop, endpoints) : new RefusedAttempts(target.maxConcurrentStreams());
        ProcessorStream stream = new ProcessorStream(loop, listener, attempts, headers, target.startRetries());
        stream.start();
        return stream;
    }

    /** Addresses are taken as they are; names, which only people write, are looked up by gRPC without holding up the loop. */
    private static NettyChannelBuilder builder(Endpoint endpoint) {
        byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
        return address == null
                ? NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
                : NettyChannelBuilder.forAddress(new InetSocketAddress(endpoint.host(), endpoint.port()));
    }

    private final class RefusedAttempts implements ProcessorStream.Attempts {
        private final int limit;

        RefusedAttempts(int limit) {
            this.limit = limit;
        }

        @Override
        public String refusal() {
            return "overflow: " + target.name() + " has its limit of " + limit + " concurrent streams";
        }

        @Override
        public Optional<ProcessorStream.Attempt> next() {
            return Optional.empty();
        }

        @Override
        public void released() {
            streams.decrementAndGet();
        }
    }

    private final class PooledAttempts implements ProcessorStream.Attempts {
        private final EventExecutor loop;
        private final EndpointSource endpoints;

        PooledAttempts(EventExecutor loop, EndpointSource endpoints) {
            this.loop = loop;
            this.endpoints = endpoints;
        }

        @Override
        public String refusal() {
            return target.name() + " has no endpoint";
        }

        @Override
        public Optional<ProcessorStream.Attempt> next() {
            List<Endpoint> current = endpoints.current();
            return choose(current).map(endpoint -> new EndpointAttempt(endpoint, channel(loop, endpoint, current)));
        }

        @Override
        public void released() {
            streams.decrementAndGet();
        }
    }

    private final class EndpointAttempt implements ProcessorStream.Attempt {
        private final Endpoint endpoint;
        private final Channel channel;

        EndpointAttempt(Endpoint endpoint, Channel channel) {
            this.endpoint = endpoint;
            this.channel = channel;
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public void succeeded() {
            ejectedUntil.remove(endpoint);
        }

        @Override
        public void failed() {
            ejectedUntil.computeIfAbsent(endpoint, key -> new AtomicLong()).set(System.nanoTime() + EJECTION_NANOS);
        }
    }

    private Optional<Endpoint> choose(List<Endpoint> endpoints) {
        int count = endpoints.size();
        if (count == 0) {
            return Optional.empty();
        }
        int start = Math.floorMod(turn.getAndIncrement(), count);
        if (!ejectedUntil.isEmpty()) {
            long now = System.nanoTime();
            for (int i = 0; i < count; i++) {
                Endpoint candidate = endpoints.get((start + i) % count);
                AtomicLong until = ejectedUntil.get(candidate);
                if (until == null || now - until.get() >= 0) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.of(endpoints.get(start));
    }

    private Channel channel(EventExecutor loop, Endpoint endpoint, List<Endpoint> current) {
        EventLoop own = loop instanceof EventLoop eventLoop ? eventLoop : SpareLoop.LOOP;
        return channels.computeIfAbsent(own, LoopChannels::new).channel(endpoint, current);
    }

    /** The channels of one loop. */
    private final class LoopChannels {
        private final EventLoop loop;
        private final Map<Endpoint, OwnChannel> byEndpoint = new HashMap<>();

        LoopChannels(EventLoop loop) {
            this.loop = loop;
        }

        synchronized Channel channel(Endpoint endpoint, List<Endpoint> current) {
            if (byEndpoint.size() > current.size()) {
                forgetAllBut(current);
            }
            return byEndpoint.computeIfAbsent(endpoint, this::connect).ready();
        }

        /** Streams that run on a channel that is forgotten may end. */
        private void forgetAllBut(List<Endpoint> current) {
            byEndpoint.entrySet().removeIf(entry -> {
                boolean gone = !current.contains(entry.getKey());
                if (gone) {
                    entry.getValue().channel.shutdown();
                    ejectedUntil.remove(entry.getKey());
                }
                return gone;
            });
        }

        private OwnChannel connect(Endpoint endpoint) {
            NettyChannelBuilder builder = builder(endpoint)
                    .eventLoopGroup(loop)
                    .channelType(SocketTypes.of(loop))
                    .directExecutor()
                    .flowControlWindow(WINDOW_BYTES)
                    .maxInboundMessageSize(target.maxMessageBytes())
                    .overrideAuthority(target.authority())
                    .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(10, TimeUnit.SECONDS)
                    .disableRetry();
            if (target.tls().isPresent()) {
                builder.sslContext(target.tls().get());
            } else {
                builder.usePlaintext();
            }
            return new OwnChannel(builder.build());
        }

        synchronized void shutdown() {
            byEndpoint.values().forEach(own -> own.channel.shutdown());
            byEndpoint.clear();
        }
    }

    /** A channel that tries to connect sooner than gRPC would, since exchanges wait for it. */
    private static final class OwnChannel {
        private final ManagedChannel channel;
        private long lastReset = System.nanoTime();

        OwnChannel(ManagedChannel channel) {
            this.channel = channel;
        }

        Channel ready() {
            if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                long now = System.nanoTime();
                if (now - lastReset > BACKOFF_RESET_NANOS) {
                    lastReset = now;
                    channel.resetConnectBackoff();
                }
            }
            return channel;
        }
    }

    /** The ALPN-capable TLS settings that gRPC needs, for those who make {@link ProcessorTarget#tls()}. */
    public static io.netty.handler.ssl.SslContextBuilder tlsBuilder() {
        return GrpcSslContexts.forClient();
    }

    /** TLS with servers that bear a name, whatever calls say. */
    public static io.netty.handler.ssl.SslContext named(io.netty.handler.ssl.SslContext context, String serverName) {
        return new NamedContext(context, serverName);
    }
}
