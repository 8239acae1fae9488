package dev.waypoint.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A stream of a server that accepts CONNECT (RFC 9113, section 8.5): opens a socket to the authority, and passes bytes both ways. */
final class ConnectStream extends ChannelInboundHandlerAdapter {

    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private @Nullable Channel socket;

    @Override
    public void channelRead(ChannelHandlerContext ctx, @Nullable Object message) {
        switch (message) {
            case Http2HeadersFrame head
            when "CONNECT".contentEquals(head.headers().method()) ->
                connect(ctx, String.valueOf(head.headers().authority()));
            case Http2DataFrame data -> {
                Channel open = socket;
                if (open == null) {
                    early.add(data.content());
                } else {
                    open.writeAndFlush(data.content());
                }
            }
            case null, default -> ReferenceCountUtil.release(message);
        }
    }

    private void connect(ChannelHandlerContext ctx, String authority) {
        int colon = authority.lastIndexOf(':');
        new Bootstrap()
                .group(ctx.channel().eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new Back(ctx))
                .connect(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)))
                .addListener((io.netty.channel.ChannelFuture made) -> {
                    if (!made.isSuccess()) {
                        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("503"), true));
                        return;
                    }
                    socket = made.channel();
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                    early.forEach(made.channel()::writeAndFlush);
                    early.clear();
                    made.channel().read();
                });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Channel open = socket;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Channel open = socket;
        if (open != null && ctx.channel().isWritable()) {
            open.read();
        }
    }

    /** What comes from the socket goes into the stream, as fast as the stream takes it. */
    private static final class Back extends ChannelInboundHandlerAdapter {
        private final ChannelHandlerContext stream;

        Back(ChannelHandlerContext stream) {
            this.stream = stream;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            stream.writeAndFlush(new DefaultHttp2DataFrame((ByteBuf) message));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (stream.channel().isWritable()) {
                ctx.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            // Behind what is still waiting for the window.
            stream.writeAndFlush(new DefaultHttp2DataFrame(true));
        }
    }
}
