package dev.waypoint.transport.netty;

import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a connection: tries the addresses of a host one after the other, the next one as soon as the one before has failed
 * or has not answered for a while (RFC 8305), or takes what else carries bytes, such as the stream of a tunnel; then does the TLS
 * handshake. Confined to one event loop.
 */
final class Dial {

    /** How long an address has before the next one is tried beside it; the value that RFC 8305 recommends. */
    private static final long NEXT_ADDRESS_MILLIS = 250;

    private final Bootstrap bootstrap;
    private final LoopState loop;
    private final UpstreamTarget target;
    private final Optional<SslContext> tls;
    private final Outcome outcome;
    private final ScheduledFuture<?> deadline;
    private final List<Channel> tried = new ArrayList<>();
    private List<InetSocketAddress> addresses = List.of();
    private @Nullable ScheduledFuture<?> nextAddress;
    private int next;
    private int running;
    private boolean bytesFlow;
    private @Nullable Channel secured;
    private boolean over;
    private String lastProblem = "no address";

    /** What became of a dial. */
    interface Outcome {
        /** The connection is there, and speaks HTTP/2 or HTTP/1.1. */
        void connected(Channel channel, boolean http2);

        /** There is none. */
        void failed(UpstreamFailure failure);
    }

    Dial(Bootstrap bootstrap, LoopState loop, UpstreamTarget target, Optional<SslContext> tls, Outcome outcome) {
        this.bootstrap = bootstrap;
        this.target = target;
        this.tls = tls;
        this.outcome = outcome;
        this.deadline =
                loop.eventLoop().schedule(this::timeOut, target.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        this.loop = loop;
    }

    /** Begins with the addresses, in the order of preference. */
    void start(List<InetSocketAddress> order) {
        addresses = order;
        tryNext();
    }

    /** There is no address to try. */
    void unresolved(Throwable cause) {
        fail(Kind.CONNECT_FAILED, "no address for " + target.host() + ": " + cause.getMessage());
    }

    private void tryNext() {
        ScheduledFuture<?> timer = nextAddress;
        if (timer != null) {
            timer.cancel(false);
            nextAddress = null;
        }
        if (over || bytesFlow) {
            return;
        }
        if (next >= addresses.size()) {
            if (running == 0) {
                fail(Kind.CONNECT_FAILED, lastProblem);
            }
            return;
        }
        InetSocketAddress address = addresses.get(next++);
        running++;
        ChannelFuture attempt = bootstrap.connect(address);
        tried.add(attempt.channel());
        attempt.addListener(done -> attempted(attempt, address));
        if (next < addresses.size() && !over) {
            nextAddress = loop.eventLoop().schedule(this::tryNext, NEXT_ADDRESS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void attempted(ChannelFuture attempt, InetSocketAddress address) {
        running--;
        if (over || bytesFlow) {
            attempt.channel().close();
            return;
        }
        Throwable cause = attempt.cause();
        if (cause != null) {
            lastProblem = address + ": " + cause.getMessage();
            tryNext();
            return;
        }
        bytesFlow = true;
        closeOthers(attempt.channel());
        arrived(attempt.channel());
    }

    /** Bytes can flow: what is left is TLS, if any. */
    void arrived(Channel channel) {
        if (over) {
            channel.close();
            return;
        }
        bytesFlow = true;
        if (tls.isPresent()) {
            secure(channel, tls.get());
        } else {
            done(channel, target.http2());
        }
    }

    private void done(Channel channel, boolean http2) {
        over = true;
        deadline.cancel(false);
        outcome.connected(channel, http2);
    }

    private void secure(Channel channel, SslContext context) {
        secured = channel;
        String name = target.tls().map(each -> each.serverName()).orElse("");
        SslHandler handler = context.newHandler(channel.alloc(), name.isEmpty() ? target.host() : name, target.port());
        handler.setHandshakeTimeoutMillis(0);
        channel.pipeline().addLast("tls", handler);
        channel.pipeline().addLast(new Handshake(handler));
    }

    private void closeOthers(@Nullable Channel kept) {
        for (Channel each : tried) {
            if (!each.equals(kept)) {
                each.close();
            }
        }
    }

    private void timeOut() {
        fail(
                Kind.CONNECT_TIMEOUT,
                "no connection to " + target.host() + ":" + target.port() + " within "
                        + target.connectTimeout().toMillis() + " ms");
    }

    /** There will be no connection. */
    void fail(Kind kind, String message) {
        if (!over) {
            over = true;
            deadline.cancel(false);
            closeOthers(null);
            Channel unfinished = secured;
            if (unfinished != null) {
                unfinished.close();
            }
            outcome.failed(UpstreamFailure.of(kind, message));
        }
    }

    /** Waits for the end of the TLS handshake. */
    private final class Handshake extends ChannelInboundHandlerAdapter {
        private final SslHandler handler;

        Handshake(SslHandler handler) {
            this.handler = handler;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (!(event instanceof SslHandshakeCompletionEvent done) || over) {
                return;
            }
            String spoken = handler.applicationProtocol();
            if (!done.isSuccess()) {
                fail(Kind.TLS_FAILED, "TLS with " + target.host() + ":" + target.port() + ": " + reason(done.cause()));
            } else {
                ctx.pipeline().remove(this);
                done(ctx.channel(), target.http2() && ApplicationProtocolNames.HTTP_2.equals(spoken));
            }
        }

        private static String reason(Throwable cause) {
            Throwable deepest = cause;
            while (deepest.getCause() != null) {
                deepest = deepest.getCause();
            }
            return String.valueOf(deepest.getMessage());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            fail(Kind.TLS_FAILED, target.host() + ":" + target.port() + " closed during the TLS handshake");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(Kind.TLS_FAILED, "TLS with " + target.host() + ":" + target.port() + ": " + reason(cause));
            ctx.close();
        }
    }
}
