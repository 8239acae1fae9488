package dev.waypoint.transport.armeria;

import dev.waypoint.filter.ConnectionFacts;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.filter.ConnectionFacts.TlsFacts;
import dev.waypoint.message.ResetCode;
import dev.waypoint.transport.tls.SniStart;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One client's connection: what the guards and the service tell each other. Confined to its event loop. */
final class DownstreamConnection {

    private static final AttributeKey<DownstreamConnection> KEY =
            AttributeKey.valueOf(DownstreamConnection.class, "connection");
    private static final AtomicLong IDS = new AtomicLong();

    private final Channel channel;
    private final ListenerServer listener;
    private final long id = IDS.incrementAndGet();
    private final Set<OpenExchange> open = new HashSet<>();
    private @Nullable RawHead arriving;
    private @Nullable ConnectionFacts facts;
    private ProxyProtocol.@Nullable Announced announced;
    private boolean draining;
    private boolean closed;
    private boolean headPending;
    private boolean inBody;
    private boolean http1;
    private int unwritten;
    private long idleSince = System.nanoTime();

    /** An exchange that wants to know when its client goes away. */
    interface OpenExchange {
        /** The stream of HTTP/2; 0 on HTTP/1. */
        int streamId();

        /** The client reset the stream or went away. */
        void onGone(ResetCode code);
    }

    DownstreamConnection(Channel channel, ListenerServer listener) {
        this.channel = channel;
        this.listener = listener;
        channel.attr(KEY).set(this);
        channel.closeFuture().addListener(ignored -> onClosed());
        watchIdleness(listener.settings().idleTimeout().toNanos());
    }

    private void watchIdleness(long nanos) {
        channel.eventLoop().schedule(this::checkIdleness, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdleness() {
        if (closed) {
            return;
        }
        long limit = listener.settings().idleTimeout().toNanos();
        long left = isIdle() ? limit - (System.nanoTime() - idleSince) : limit;
        if (left <= 0) {
            channel.close();
        } else {
            watchIdleness(left);
        }
    }

    /** The connection of a channel. */
    static DownstreamConnection of(Channel channel) {
        return channel.attr(KEY).get();
    }

    ListenerServer listener() {
        return listener;
    }

    Channel channel() {
        return channel;
    }

    /** Notes the real head of the request that is handed to Armeria's decoder next. */
    void arriving(RawHead head) {
        arriving = head;
    }

    /** The head of the request that Armeria just brought; each can be taken once. */
    Optional<RawHead> take() {
        RawHead head = arriving;
        arriving = null;
        return Optional.ofNullable(head);
    }

    /** Notes what a PROXY protocol header said. */
    void announced(ProxyProtocol.Announced value) {
        announced = value;
    }

    /** The facts of the connection, for requests of one version of HTTP. */
    ConnectionFacts facts(Http version) {
        ConnectionFacts known = facts;
        if (known == null || known.protocol() != version) {
            known = gatherFacts(version);
            facts = known;
        }
        return known;
    }

    /** {@code https} on a connection with TLS, whatever the client says. */
    String scheme() {
        return channel.pipeline().get(SslHandler.class) == null ? "http" : "https";
    }

    private ConnectionFacts gatherFacts(Http version) {
        Optional<TlsFacts> tls = SniStart.facts(channel);
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        ProxyProtocol.Announced by = announced;
        return by == null
                ? new ConnectionFacts.Direct(remote, local, tls, version, id)
                : new ConnectionFacts.ViaProxyProtocol(
                        by.source().orElse(remote),
                        by.destination().orElse(local),
                        tls,
                        version,
                        id,
                        remote,
                        by.tlvs());
    }

    /** Whether bytes of a head have come, but not all. */
    boolean isHeadPending() {
        return headPending;
    }

    void headPending(boolean value) {
        headPending = value;
    }

    /** Whether a request's body is on its way, so that bytes are not those of a head. */
    boolean isInBody() {
        return inBody;
    }

    void inBody(boolean value) {
        inBody = value;
    }

    /** Says that the connection speaks HTTP/1. */
    void speaksHttp1() {
        http1 = true;
    }

    /** An exchange began. */
    void opened(OpenExchange exchange) {
        open.add(exchange);
    }

    /** An exchange ended. */
    void ended(OpenExchange exchange) {
        open.remove(exchange);
        if (open.isEmpty()) {
            idleSince = System.nanoTime();
        }
    }

    /** A response is to be written. */
    void answering() {
        unwritten++;
    }

    /** A response was handed to the connection as a whole, or given up: later than the exchange ends, if the client reads slowly. */
    void answered() {
        unwritten--;
    }

    /** Whether no exchange runs, and none of the responses is still on its way to the connection. */
    boolean isIdle() {
        return open.isEmpty() && unwritten == 0;
    }

    /** Whether the connection is to end after what runs. */
    boolean isDraining() {
        return draining;
    }

    /** Ends the connection when the running exchange has ended; for HTTP/2, when all have. */
    void closeAfter() {
        if (http1) {
            draining = true;
        } else {
            drain();
        }
    }

    /** Tells the client to go elsewhere, and ends the connection when what runs has ended. */
    void drain() {
        if (closed || (draining && !http1)) {
            return;
        }
        draining = true;
        // HTTP/2: Armeria's handler turns a close into GOAWAY and waits for the streams that are open.
        if (isIdle() || !http1) {
            channel.close();
        }
    }

    /** Resets one stream with exactly this code; closes a connection of HTTP/1. */
    void reset(int streamId, ResetCode code) {
        ChannelHandlerContext context = channel.pipeline().context(Http2ConnectionHandler.class);
        if (context == null) {
            channel.close();
            return;
        }
        Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
        if (handler.connection().stream(streamId) != null) {
            handler.resetStream(context, streamId, code.code(), context.newPromise());
            context.flush();
        }
    }

    /** The client reset a stream. */
    void onReset(int streamId, ResetCode code) {
        for (OpenExchange exchange : open) {
            if (exchange.streamId() == streamId) {
                exchange.onGone(code);
                return;
            }
        }
    }

    private void onClosed() {
        closed = true;
        listener.closed(this);
        List<OpenExchange> left = new ArrayList<>(open);
        open.clear();
        for (OpenExchange exchange : left) {
            exchange.onGone(ResetCode.CANCEL);
        }
    }
}
