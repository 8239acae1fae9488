package dev.waypoint.transport.netty;

import dev.waypoint.transport.netty.LoopState.Timed;
import dev.waypoint.transport.netty.LoopState.Watch;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY protocol header (version 1 or 2) that a connection has to begin with. */
final class ProxyProtocolStart extends ChannelInboundHandlerAdapter implements Timed {

    private final DownstreamLink link;
    private final long since = System.nanoTime();
    private @Nullable Watch watch;
    private @Nullable ChannelHandlerContext context;

    private ProxyProtocolStart(DownstreamLink link) {
        this.link = link;
    }

    static void begin(DownstreamLink link, ChannelPipeline pipeline) {
        pipeline.addLast(new HAProxyMessageDecoder());
        pipeline.addLast(new ProxyProtocolStart(link));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        watch = link.loop().watch(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Watch watching = watch;
        if (watching != null) {
            link.loop().unwatch(watching);
        }
    }

    @Override
    public void tick(long now) {
        ChannelHandlerContext ctx = context;
        if (ctx != null
                && now - since > link.listener().settings().headerTimeout().toNanos()) {
            ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HAProxyMessage header)) {
            ctx.fireChannelRead(message);
            return;
        }
        try {
            ConnectionStart.afterProxy(announced(header), ctx.pipeline());
            ctx.pipeline().remove(this);
        } catch (UnknownHostException notAnAddress) {
            ctx.close();
        } finally {
            header.release();
        }
    }

    private DownstreamLink announced(HAProxyMessage header) throws UnknownHostException {
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        boolean tcp = protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
        Map<Integer, byte[]> tlvs = new HashMap<>();
        collect(header.tlvs(), tlvs);
        if (header.command() == HAProxyCommand.LOCAL || !tcp) {
            // The proxy speaks for itself, such as for a health check: the socket's addresses hold.
            return link.proxied(link.remote(), link.local(), tlvs);
        }
        return link.proxied(
                new InetSocketAddress(InetAddress.getByName(header.sourceAddress()), header.sourcePort()),
                new InetSocketAddress(InetAddress.getByName(header.destinationAddress()), header.destinationPort()),
                tlvs);
    }

    private static void collect(List<HAProxyTLV> found, Map<Integer, byte[]> tlvs) {
        for (HAProxyTLV tlv : found) {
            tlvs.put(tlv.typeByteValue() & 0xff, ByteBufUtil.getBytes(tlv.content()));
            if (tlv instanceof io.netty.handler.codec.haproxy.HAProxySSLTLV ssl) {
                collect(ssl.encapsulatedTLVs(), tlvs);
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
