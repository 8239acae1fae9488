package dev.waypoint.transport.netty;

import dev.waypoint.transport.tls.SniStart;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Waits for the end of the TLS handshake, then goes on with the protocol that ALPN chose. */
final class TlsStart extends ChannelInboundHandlerAdapter {

    private final DownstreamLink link;

    private TlsStart(DownstreamLink link) {
        this.link = link;
    }

    static void begin(DownstreamLink link, ChannelPipeline pipeline) {
        pipeline.addLast(
                new SniStart(link.listener()::tls, link.listener().settings().headerTimeout()));
        pipeline.addLast(new TlsStart(link));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent done)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        if (!done.isSuccess()) {
            ctx.close();
            return;
        }
        DownstreamLink secured = link.secured(SniStart.facts(ctx.channel()));
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        if ("h2".equals(handler.applicationProtocol())) {
            ConnectionStart.http2(secured, ctx);
        } else {
            ConnectionStart.http1(secured, ctx);
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
