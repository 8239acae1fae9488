package dev.waypoint.transport.tls;

import dev.waypoint.filter.ConnectionFacts.TlsFacts;
import dev.waypoint.transport.tls.ListenerTls.Choice;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a TLS connection: reads the client's server name, and puts an {@link SslHandler} with the certificate in force at this
 * moment in its place. A name that no listener serves ends the connection.
 */
public final class SniStart extends AbstractSniHandler<Choice> {

    /** The largest ClientHello that is read. */
    private static final int MAX_HELLO_BYTES = 64 * 1024;

    private static final AttributeKey<Chosen> CHOSEN = AttributeKey.valueOf(SniStart.class, "chosen");

    private record Chosen(String serverName, Choice choice) {}

    private final Supplier<ListenerTls> current;
    private final long handshakeMillis;

    /**
     * Begins with the next connection's first bytes.
     *
     * @param current the certificates in force
     * @param handshake the longest time for the client's first message, and again for the rest of the handshake
     */
    public SniStart(Supplier<ListenerTls> current, Duration handshake) {
        super(MAX_HELLO_BYTES, handshake.toMillis());
        this.current = current;
        this.handshakeMillis = handshake.toMillis();
    }

    @Override
    protected Future<Choice> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        return current.get()
                .choose(hostname == null ? "" : hostname)
                .map(choice -> ctx.executor().newSucceededFuture(choice))
                .orElseGet(() -> ctx.executor()
                        .newFailedFuture(new DecoderException("no listener serves the server name " + hostname)));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<Choice> future) {
        if (!future.isSuccess()) {
            ctx.close();
            return;
        }
        Choice choice = future.getNow();
        ctx.channel().attr(CHOSEN).set(new Chosen(hostname == null ? "" : hostname, choice));
        SslHandler handler = handler(choice, ctx.alloc());
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                ctx.channel().close();
            }
        });
        ctx.pipeline().replace(this, SslHandler.class.getName(), handler);
    }

    private SslHandler handler(Choice choice, ByteBufAllocator alloc) {
        SslHandler handler = choice.context().newHandler(alloc);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }

    /** The TLS facts of a connection whose handshake is over; empty for one in the clear. */
    public static Optional<TlsFacts> facts(Channel channel) {
        Chosen chosen = channel.attr(CHOSEN).get();
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (chosen == null || handler == null) {
            return Optional.empty();
        }
        SSLSession session = handler.engine().getSession();
        // A client that was not asked has no certificate, and the library says so by an exception with a stack trace.
        List<X509Certificate> peer = chosen.choice().asksClients() ? peer(session) : List.of();
        return Optional.of(new TlsFacts(
                chosen.serverName(),
                session.getProtocol(),
                session.getCipherSuite(),
                peer,
                chosen.choice().verifies(peer)));
    }

    private static List<X509Certificate> peer(SSLSession session) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }
}
