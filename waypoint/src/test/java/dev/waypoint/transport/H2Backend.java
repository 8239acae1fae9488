package dev.waypoint.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 server made of Netty's codecs. Answers with {@code ok}, or leaves {@code /never} waiting until it is told to answer. */
final class H2Backend implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    private final List<ChannelHandlerContext> held = new CopyOnWriteArrayList<>();

    /** Connections that came so far. */
    final AtomicInteger connections = new AtomicInteger();

    /** Streams that came so far. */
    final AtomicInteger streams = new AtomicInteger();

    /** Pings that came so far; all are answered. */
    final AtomicInteger pings = new AtomicInteger();

    H2Backend(Http2Settings settings) throws InterruptedException {
        this(settings, Optional.empty(), Optional.empty());
    }

    /** @param streams what handles each stream instead of the usual answers */
    H2Backend(
            Http2Settings settings,
            Optional<SslContext> tls,
            Optional<Supplier<? extends ChannelInboundHandlerAdapter>> streams)
            throws InterruptedException {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        connections.incrementAndGet();
                        tls.ifPresent(secure -> made.pipeline().addLast(secure.newHandler(made.alloc())));
                        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                                .initialSettings(settings)
                                .build();
                        made.pipeline().addLast(codec, new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline()
                                        .addLast(streams.<ChannelInboundHandlerAdapter>map(Supplier::get)
                                                .orElseGet(Answering::new));
                            }
                        }));
                        made.pipeline().addLast(new Pings());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    int port() {
        return ((java.net.InetSocketAddress) server.localAddress()).getPort();
    }

    /** Answers all that wait. */
    void answerAll() {
        List<ChannelHandlerContext> all = List.copyOf(held);
        held.removeAll(all);
        all.forEach(each -> each.channel().eventLoop().execute(() -> answer(each)));
    }

    private static void answer(ChannelHandlerContext ctx) {
        ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
        ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer("ok", StandardCharsets.US_ASCII), true));
    }

    private final class Answering extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, @Nullable Object message) {
            if (message instanceof Http2HeadersFrame head) {
                streams.incrementAndGet();
                if (String.valueOf(head.headers().path()).startsWith("/never")) {
                    held.add(ctx);
                } else {
                    answer(ctx);
                }
            }
            ReferenceCountUtil.release(message);
        }
    }

    private final class Pings extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, @Nullable Object message) {
            if (message instanceof Http2PingFrame ping && !ping.ack()) {
                pings.incrementAndGet();
            }
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void close() {
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
