package dev.waypoint.transport.armeria;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;

/** Writes the real method of a request whose method Armeria does not know. Sits on HTTP/1 connections that had such a request. */
final class MethodGuard extends ChannelOutboundHandlerAdapter {

    private String next = "";

    /**
     * Makes the next request of a connection bear this method.
     *
     * @return whether the connection speaks HTTP/1, as it has to
     */
    static boolean announce(Channel channel, String method) {
        ChannelHandlerContext codec = channel.pipeline().context(HttpClientCodec.class);
        if (codec == null) {
            return false;
        }
        MethodGuard guard = channel.pipeline().get(MethodGuard.class);
        if (guard == null) {
            guard = new MethodGuard();
            channel.pipeline().addAfter(codec.name(), null, guard);
        }
        guard.next = method;
        return true;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!next.isEmpty() && msg instanceof HttpRequest request) {
            request.setMethod(HttpMethod.valueOf(next));
            next = "";
        }
        ctx.write(msg, promise);
    }
}
