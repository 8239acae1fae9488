package dev.waypoint.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of a TLS connection: what is still to be written and the close_notify leave by one write to the socket, which is closed when it
 * has taken them. Without it each of the two is a packet of its own, and costs one on both sides.
 */
final class LastFlight extends ChannelOutboundHandlerAdapter {

    private LastFlight() {}

    /** Writes what there is, ends TLS, and closes. */
    static void send(Http1Output output, ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        if (tls == null || !pipeline.channel().isActive()) {
            output.discard();
            pipeline.close();
            return;
        }
        // Between TLS and the socket: sees records, and keeps TLS from flushing the first ones before the last one is
        // there.
        LastFlight hold = new LastFlight();
        pipeline.addFirst(hold);
        output.flushNow();
        ChannelHandlerContext outside = pipeline.context(hold);
        ChannelPromise ended = outside.newPromise();
        // TLS has nothing more to say: not by way of its handler, which would try to say it.
        ended.addListener(done -> outside.close());
        tls.closeOutbound(ended);
        outside.flush();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        // Held until send does it.
    }
}
