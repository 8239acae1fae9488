package dev.waypoint.transport.netty;

import dev.waypoint.ir.BackendSettingsIr.KeepAliveIr;
import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.tls.BackendTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes connections to endpoints, by address, by name or by tunnel. Names are cached as long as DNS says, within bounds. */
final class Connector implements Dialer, AutoCloseable {

    private static final int MOST_CONTEXTS = 4096;

    /** A name without a lifetime is not asked for again with each connection, and one that does not exist is not either. */
    private static final int MIN_TTL_SECONDS = 1;

    private static final int MAX_TTL_SECONDS = 300;

    private record ContextKey(Verified tls, boolean http2) {}

    private final ChannelPlatform platform;
    private final Map<ContextKey, SslContext> contexts = new ConcurrentHashMap<>();
    private final DnsAddressResolverGroup resolvers;
    private final Tunnels tunnels = new Tunnels(this);

    Connector(ChannelPlatform platform, DnsNameResolverBuilder names) {
        this.platform = platform;
        this.resolvers = new DnsAddressResolverGroup(names.datagramChannelType(platform.datagramChannel())
                .socketChannelType(platform.socketChannel())
                .ttl(MIN_TTL_SECONDS, MAX_TTL_SECONDS)
                .negativeTtl(MIN_TTL_SECONDS));
    }

    @Override
    public void dial(LoopState loop, UpstreamTarget target, Dial.Outcome outcome) {
        Optional<SslContext> tls = Optional.empty();
        if (target.tls().isPresent()) {
            try {
                tls = Optional.of(context(target.tls().get(), target.http2()));
            } catch (IllegalArgumentException e) {
                UpstreamFailure failure = UpstreamFailure.of(
                        Kind.TLS_FAILED, "TLS settings of " + target.backend() + ": " + e.getMessage());
                loop.eventLoop().execute(() -> outcome.failed(failure));
                return;
            }
        }
        Dial dial = new Dial(bootstrap(loop, target.keepAlive()), loop, target, tls, outcome);
        if (target.tunnel().isPresent()) {
            loop.eventLoop()
                    .execute(() -> tunnels.open(loop, target, target.tunnel().get(), dial));
            return;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(target.host());
        if (address != null) {
            loop.eventLoop().execute(() -> dial.start(List.of(literal(address, target))));
        } else {
            resolve(loop, target, dial);
        }
    }

    /** Equal settings share a context, and with it the sessions that can be resumed. */
    private SslContext context(Verified tls, boolean http2) {
        if (contexts.size() >= MOST_CONTEXTS) {
            // Certificates that were replaced leave their contexts behind.
            contexts.clear();
        }
        return contexts.computeIfAbsent(
                new ContextKey(tls, http2), key -> BackendTls.of(key.tls()).context(key.http2()));
    }

    private static InetSocketAddress literal(byte[] address, UpstreamTarget target) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), target.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of neither 4 nor 16 bytes: " + target.host(), e);
        }
    }

    private void resolve(LoopState loop, UpstreamTarget target, Dial dial) {
        resolvers
                .getResolver(loop.eventLoop())
                .resolveAll(InetSocketAddress.createUnresolved(target.host(), target.port()))
                .addListener((io.netty.util.concurrent.Future<List<InetSocketAddress>> found) -> {
                    Throwable cause = found.cause();
                    if (cause != null) {
                        loop.eventLoop().execute(() -> dial.unresolved(cause));
                    } else {
                        loop.eventLoop().execute(() -> dial.start(alternating(found.getNow())));
                    }
                });
    }

    /** Addresses of the two families in turn, so that a family that does not work costs one attempt (RFC 8305, section 4). */
    static List<InetSocketAddress> alternating(List<InetSocketAddress> found) {
        List<InetSocketAddress> six = new ArrayList<>();
        List<InetSocketAddress> four = new ArrayList<>();
        for (InetSocketAddress each : found) {
            (each.getAddress() instanceof Inet6Address ? six : four).add(each);
        }
        boolean sixFirst = !found.isEmpty() && found.getFirst().getAddress() instanceof Inet6Address;
        List<InetSocketAddress> first = sixFirst ? six : four;
        List<InetSocketAddress> second = sixFirst ? four : six;
        List<InetSocketAddress> order = new ArrayList<>();
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                order.add(first.get(i));
            }
            if (i < second.size()) {
                order.add(second.get(i));
            }
        }
        return order;
    }

    private Bootstrap bootstrap(LoopState loop, KeepAliveIr care) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .channel(platform.socketChannel())
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 * 1024, 256 * 1024))
                .handler(Nothing.INSTANCE);
        if (!care.interval().isZero()) {
            platform.probe(bootstrap, seconds(care.interval()), seconds(care.timeout()));
        }
        return bootstrap;
    }

    private static int seconds(Duration duration) {
        return Math.clamp(duration.toSeconds(), 1, 32_767);
    }

    /** Handlers are added when the connection is there. */
    @ChannelHandler.Sharable
    private static final class Nothing extends ChannelInboundHandlerAdapter {
        static final Nothing INSTANCE = new Nothing();
    }

    @Override
    public void close() {
        resolvers.close();
    }
}
