package dev.waypoint.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/2 that sends what it is told, right or wrong, and notes each frame that comes as a line of text. */
public final class H2Client implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final Frames handler = new Frames();
    private final Channel channel;
    private final AtomicLong received = new AtomicLong();
    private volatile boolean reading = true;

    public H2Client(int port) throws InterruptedException {
        this(port, Optional.empty());
    }

    public H2Client(int port, Optional<SslContext> tls) throws InterruptedException {
        channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        tls.ifPresent(t -> made.pipeline().addLast(t.newHandler(made.alloc(), "shop.example", port)));
                        made.pipeline()
                                .addLast(Http2FrameCodecBuilder.forClient()
                                        .validateHeaders(false)
                                        .encoderIgnoreMaxHeaderListSize(true)
                                        .build())
                                .addLast(handler);
                    }
                })
                .connect("127.0.0.1", port)
                .sync()
                .channel();
        channel.closeFuture().addListener(ignored -> frames.add("closed"));
    }

    /** Stops or starts giving the server's windows back; for one stream at a time. */
    public void reading(boolean on) {
        reading = on;
        channel.pipeline().fireUserEventTriggered("reading");
    }

    /** The bytes of data that came so far. */
    public long received() {
        return received.get();
    }

    private final class Frames extends Http2ChannelDuplexHandler {
        private int unread;
        private @Nullable Http2FrameStream last;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            switch (msg) {
                case Http2HeadersFrame frame ->
                    frames.add("headers " + text(frame.headers()) + (frame.isEndStream() ? " end" : ""));
                case Http2DataFrame frame -> {
                    frames.add("data " + frame.content().toString(StandardCharsets.UTF_8)
                            + (frame.isEndStream() ? " end" : ""));
                    received.addAndGet(frame.content().readableBytes());
                    unread += frame.initialFlowControlledBytes();
                    last = frame.stream();
                    giveBack(ctx);
                }
                case Http2ResetFrame frame -> frames.add("reset " + frame.errorCode());
                case Http2GoAwayFrame frame -> frames.add("goaway " + frame.errorCode());
                default -> {
                    // Settings, pings and windows are of no interest here.
                }
            }
            ReferenceCountUtil.release(msg);
        }

        private void giveBack(ChannelHandlerContext ctx) {
            if (reading && unread > 0) {
                ctx.writeAndFlush(new DefaultHttp2WindowUpdateFrame(unread).stream(last));
                unread = 0;
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            giveBack(ctx);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            frames.add("error " + cause);
        }

        Http2FrameStream stream() {
            return newStream();
        }
    }

    private static String text(Http2Headers headers) {
        StringBuilder all = new StringBuilder();
        headers.forEach(each -> all.append(all.isEmpty() ? "" : " ")
                .append(each.getKey())
                .append('=')
                .append(each.getValue()));
        return all.toString();
    }

    /** Opens a stream with a head, given as names and values. */
    public Http2FrameStream open(boolean end, String... head) throws InterruptedException {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < head.length; i += 2) {
            headers.add(head[i], head[i + 1]);
        }
        Http2FrameStream stream = handler.stream();
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(headers, end).stream(stream))
                .sync();
        return stream;
    }

    /** Opens a stream with a request that has no body. */
    public Http2FrameStream get(String path) throws InterruptedException {
        return open(true, ":method", "GET", ":scheme", "http", ":authority", "shop.example", ":path", path);
    }

    /** Sends data. */
    public void data(Http2FrameStream stream, String text, boolean end) throws InterruptedException {
        channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), end)
                        .stream(stream))
                .sync();
    }

    /** Sends trailers. */
    public void trailers(Http2FrameStream stream, String name, String value) throws InterruptedException {
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers(false).add(name, value), true)
                        .stream(stream))
                .sync();
    }

    /** Resets a stream. */
    public void reset(Http2FrameStream stream, long code) throws InterruptedException {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(code).stream(stream)).sync();
    }

    /** The next frame, as a line; {@code nothing} if none comes within five seconds. */
    public String next() throws InterruptedException {
        String frame = frames.poll(5, TimeUnit.SECONDS);
        return frame == null ? "nothing" : frame;
    }

    @Override
    public void close() {
        channel.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
