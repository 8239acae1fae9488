package dev.waypoint.transport.netty;

import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

/** One HTTP/2 connection whose streams are tunnels. Confined to its event loop. */
final class TunnelConnection extends ChannelInboundHandlerAdapter implements LoopState.Timed {

    private static final long PING = 0x74756e6e656cL;

    private final Channel channel;
    private final LoopState loop;
    private final UpstreamTarget server;
    private final Http2FrameCodec codec;
    private final Runnable onGreeting;
    private final KeepAlive keepAlive;
    private final LoopState.Watch watch;
    private boolean greeted;
    private int opening;
    private long usedAt = System.nanoTime();

    private TunnelConnection(
            Channel channel, LoopState loop, UpstreamTarget server, Http2FrameCodec codec, Runnable onGreeting) {
        this.onGreeting = onGreeting;
        this.channel = channel;
        this.loop = loop;
        this.server = server;
        this.codec = codec;
        this.keepAlive = new KeepAlive(server.keepAlive(), usedAt);
        this.watch = loop.watch(this);
    }

    /** Puts the protocol on a new connection, and tells when the server's settings have come. */
    static TunnelConnection on(Channel channel, LoopState loop, UpstreamTarget server, Runnable onGreeting) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(new Http2Settings().pushEnabled(false).initialWindowSize(Http2Link.STREAM_WINDOW))
                .gracefulShutdownTimeoutMillis(0)
                .build();
        TunnelConnection made = new TunnelConnection(channel, loop, server, codec, onGreeting);
        channel.pipeline().addLast(made.new Ear(), codec, new Http2MultiplexHandler(new Refusing()), made);
        made.widen();
        return made;
    }

    /** The window for all tunnels together is not that of one. */
    private void widen() {
        Http2Connection connection = codec.connection();
        try {
            connection
                    .local()
                    .flowController()
                    .incrementWindowSize(connection.connectionStream(), Http2Link.CONNECTION_WINDOW - 65_535);
            channel.flush();
        } catch (Http2Exception e) {
            channel.close();
        }
    }

    /** Whether the server has said how many tunnels it takes. */
    boolean isGreeted() {
        return greeted;
    }

    /** Whether another tunnel fits. */
    boolean hasRoom() {
        Http2Connection connection = codec.connection();
        return greeted
                && channel.isActive()
                && !connection.goAwayReceived()
                && tunnels() < connection.local().maxActiveStreams();
    }

    private int tunnels() {
        return codec.connection().numActiveStreams() + opening;
    }

    /** Opens a tunnel. */
    void open(String authority, Dial dial) {
        opening++;
        usedAt = System.nanoTime();
        if (keepAlive.isStale()) {
            ping();
        }
        new Http2StreamChannelBootstrap(channel)
                .handler(new TunnelStream(authority, dial, keepAlive))
                .open()
                .addListener((Future<Http2StreamChannel> opened) -> {
                    opening--;
                    if (!opened.isSuccess()) {
                        dial.fail(
                                Kind.CONNECT_FAILED,
                                "no further tunnel: " + opened.cause().getMessage());
                    }
                });
    }

    private void ping() {
        keepAlive.ping(System.nanoTime());
        channel.writeAndFlush(new DefaultHttp2PingFrame(PING));
    }

    @Override
    public void tick(long now) {
        if (!greeted && now - usedAt > server.connectTimeout().toNanos()) {
            channel.close();
            return;
        }
        boolean busy = tunnels() > 0;
        if (busy) {
            usedAt = now;
        }
        switch (keepAlive.look(now, busy)) {
            case PING -> ping();
            case GIVE_UP -> channel.close();
            case NOTHING -> {
                long idle = server.idleTimeout().toNanos();
                if (!busy && idle > 0 && now - usedAt > idle) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        boolean first = !greeted && message instanceof Http2SettingsFrame;
        greeted |= first;
        ReferenceCountUtil.release(message);
        if (first) {
            onGreeting.run();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.unwatch(watch);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /** Hears every byte that comes: a sign of life. */
    private final class Ear extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            keepAlive.heard();
            ctx.fireChannelRead(message);
        }
    }

    /** A server has no business opening streams to us. */
    @ChannelHandler.Sharable
    private static final class Refusing extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.close();
        }
    }
}
