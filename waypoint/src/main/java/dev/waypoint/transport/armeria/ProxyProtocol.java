package dev.waypoint.transport.armeria;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notes what the PROXY protocol header of a connection says, versions 1 and 2, with all its type-length-values. Armeria's own support drops
 * those and makes the header optional, which lets anybody claim any address; here it is required.
 */
final class ProxyProtocol extends SimpleChannelInboundHandler<HAProxyMessage> {

    private final DownstreamConnection connection;

    /**
     * What a header said.
     *
     * @param source the client; empty if the header names none
     * @param destination where the client went; empty if the header names none
     * @param tlvs the values by type, of each type the last
     */
    record Announced(
            Optional<InetSocketAddress> source, Optional<InetSocketAddress> destination, Map<Integer, byte[]> tlvs) {}

    ProxyProtocol(DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage message) throws UnknownHostException {
        Map<Integer, byte[]> tlvs = new LinkedHashMap<>();
        for (HAProxyTLV each : message.tlvs()) {
            tlvs.put(each.typeByteValue() & 0xff, ByteBufUtil.getBytes(each.content()));
        }
        boolean ip = message.proxiedProtocol().addressFamily() == AddressFamily.AF_IPv4
                || message.proxiedProtocol().addressFamily() == AddressFamily.AF_IPv6;
        connection.announced(new Announced(
                ip ? address(message.sourceAddress(), message.sourcePort()) : Optional.empty(),
                ip ? address(message.destinationAddress(), message.destinationPort()) : Optional.empty(),
                tlvs));
        ctx.pipeline().remove(this);
    }

    private static Optional<InetSocketAddress> address(@Nullable String text, int port) throws UnknownHostException {
        byte[] bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
        return bytes == null
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
