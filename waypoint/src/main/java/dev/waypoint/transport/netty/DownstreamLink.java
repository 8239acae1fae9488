package dev.waypoint.transport.netty;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.ConnectionFacts.TlsFacts;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of a downstream connection before its protocol is.
 *
 * @param listener where it came in
 * @param loop its event loop
 * @param remote the peer, or who a PROXY protocol header says that it is
 * @param local the address that was called
 * @param tls facts of TLS
 * @param proxied what a PROXY protocol header said
 * @param id unique for the life of the process
 */
record DownstreamLink(
        OpenListener listener,
        LoopState loop,
        InetSocketAddress remote,
        InetSocketAddress local,
        Optional<TlsFacts> tls,
        Optional<Proxied> proxied,
        long id) {

    private static final AtomicLong IDS = new AtomicLong();

    /**
     * What a PROXY protocol header said beyond the addresses.
     *
     * @param proxy the peer of the socket
     * @param tlvs the values by type
     */
    record Proxied(InetSocketAddress proxy, Map<Integer, byte[]> tlvs) {}

    static DownstreamLink of(OpenListener listener, LoopState loop, Channel channel) {
        return new DownstreamLink(
                listener,
                loop,
                (InetSocketAddress) channel.remoteAddress(),
                (InetSocketAddress) channel.localAddress(),
                Optional.empty(),
                Optional.empty(),
                IDS.incrementAndGet());
    }

    DownstreamLink proxied(InetSocketAddress source, InetSocketAddress destination, Map<Integer, byte[]> tlvs) {
        return new DownstreamLink(listener, loop, source, destination, tls, Optional.of(new Proxied(remote, tlvs)), id);
    }

    DownstreamLink secured(Optional<TlsFacts> facts) {
        return new DownstreamLink(listener, loop, remote, local, facts, proxied, id);
    }

    /** The facts as the engine sees them. */
    ConnectionFacts facts(ConnectionFacts.Http protocol) {
        if (proxied.isPresent()) {
            Proxied said = proxied.get();
            return new ConnectionFacts.ViaProxyProtocol(remote, local, tls, protocol, id, said.proxy(), said.tlvs());
        }
        return new ConnectionFacts.Direct(remote, local, tls, protocol, id);
    }

    String scheme() {
        return tls.isPresent() ? "https" : "http";
    }
}
