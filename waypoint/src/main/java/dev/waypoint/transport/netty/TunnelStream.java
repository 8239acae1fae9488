package dev.waypoint.transport.netty;

import dev.waypoint.message.UpstreamFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;

/** Makes the stream of a CONNECT carry bytes as a socket does: DATA frames below, buffers above. */
final class TunnelStream extends ChannelDuplexHandler {

    private final String authority;
    private final Dial dial;
    private final KeepAlive keepAlive;
    private boolean open;

    TunnelStream(String authority, Dial dial, KeepAlive keepAlive) {
        this.authority = authority;
        this.dial = dial;
        this.keepAlive = keepAlive;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Http2Headers head = new DefaultHttp2Headers().method("CONNECT").authority(authority);
        ctx.writeAndFlush(new DefaultHttp2HeadersFrame(head, false)).addListener(sent -> {
            if (!sent.isSuccess()) {
                refused(ctx, String.valueOf(sent.cause().getMessage()));
            }
        });
        ctx.fireChannelActive();
    }

    private void refused(ChannelHandlerContext ctx, String why) {
        dial.fail(Kind.CONNECT_FAILED, "no tunnel to " + authority + ": " + why);
        ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        keepAlive.heardMore();
        switch (message) {
            case Http2HeadersFrame answer when !open -> answered(ctx, answer);
            case Http2DataFrame data
            when open -> {
                boolean end = data.isEndStream();
                // The frame and its content are counted as one.
                ctx.fireChannelRead(data.content());
                if (end) {
                    ctx.close();
                }
            }
            case Http2HeadersFrame trailers -> ctx.close();
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void answered(ChannelHandlerContext ctx, Http2HeadersFrame answer) {
        String status = String.valueOf(answer.headers().status());
        if (!status.startsWith("1")) {
            if (!status.startsWith("2") || answer.isEndStream()) {
                refused(ctx, "the server answered " + status);
            } else {
                open = true;
                dial.arrived(ctx.channel());
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            ctx.write(new DefaultHttp2DataFrame(bytes), promise.unvoid());
        } else {
            ctx.write(message, promise);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        dial.fail(Kind.CONNECT_FAILED, "no tunnel to " + authority + ": the stream ended");
        ctx.fireChannelInactive();
    }
}
