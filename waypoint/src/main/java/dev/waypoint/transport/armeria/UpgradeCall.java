package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.util.TransportType;
import dev.waypoint.filter.RequestHead;
import dev.waypoint.filter.ResponseHead;
import dev.waypoint.message.ResetCode;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.Upstream;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import dev.waypoint.tls.BackendTls;
import dev.waypoint.transport.WebSocketKeys;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that asks an upstream to change the protocol, on a connection of its own and without Armeria, whose client knows
 * WebSocket only and loses the bodies of refusals. Confined to the event loop of its exchange.
 */
final class UpgradeCall extends ChannelInboundHandlerAdapter implements Upstream.Call {

    private static final int HIGH_WATER = 64 * 1024;
    private static final int MAX_HEAD = 256 * 1024;
    private static final int CHUNK = 64 * 1024;

    private final EventLoop loop;
    private final UpstreamTarget target;
    private final DnsAddressResolverGroup names;
    private final ResponseEvents events;
    private @Nullable Channel channel;
    private @Nullable HttpRequest sent;
    private boolean switched;
    private boolean answered;
    private boolean over;
    private boolean paused;
    private boolean full;

    UpgradeCall(EventExecutor loop, UpstreamTarget target, DnsAddressResolverGroup names, ResponseEvents events) {
        this.loop = (EventLoop) loop;
        this.target = target;
        this.names = names;
        this.events = events;
    }

    /** Connects and sends the request. */
    UpgradeCall start(RequestHead head) {
        if (target.http2()) {
            loop.execute(() -> fail(Kind.PROTOCOL, "this transport sends upgrades over HTTP/1.1 only"));
            return this;
        }
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(head.method()), head.path());
        Heads.toHttp1(head.headers(), request.headers());
        request.headers()
                .set(HttpHeaderNames.HOST, head.authority())
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.UPGRADE, head.upgrade());
        WebSocketKeys.missing(head).ifPresent(key -> request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key));
        sent = request;
        try {
            connect(target.tls().map(tls -> BackendTls.of(tls)));
        } catch (IllegalArgumentException e) {
            loop.execute(() -> fail(Kind.TLS_FAILED, String.valueOf(e.getMessage())));
        }
        return this;
    }

    private void connect(Optional<BackendTls> tls) {
        Optional<SslContext> context = tls.map(secure -> secure.context(false));
        new Bootstrap()
                .group(loop)
                .channel(TransportType.socketChannelType(loop))
                .resolver(names)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        target.connectTimeout().toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        channel = made;
                        context.ifPresent(c -> made.pipeline()
                                .addLast(c.newHandler(
                                        made.alloc(), tls.orElseThrow().serverName(), target.port())));
                        made.pipeline()
                                .addLast(new HttpClientCodec(MAX_HEAD, MAX_HEAD, CHUNK))
                                .addLast(UpgradeCall.this);
                    }
                })
                .connect(InetSocketAddress.createUnresolved(target.host(), target.port()))
                .addListener((ChannelFutureListener) done -> {
                    if (!done.isSuccess()) {
                        loop.execute(() -> fail(Failures.of(done.cause(), false)));
                    } else if (over) {
                        done.channel().close();
                    }
                });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        HttpRequest request = sent;
        if (request != null && !over) {
            ctx.write(request);
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        ctx.channel().config().setAutoRead(!paused);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (over) {
            ReferenceCountUtil.release(msg);
            return;
        }
        switch (msg) {
            case HttpResponse response -> onResponse(ctx, response);
            case HttpContent content -> onContent(ctx, content);
            case ByteBuf bytes -> events.onData(HttpData.wrap(bytes), false);
            default -> ReferenceCountUtil.release(msg);
        }
    }

    private void onResponse(ChannelHandlerContext ctx, HttpResponse response) {
        if (!response.decoderResult().isSuccess()) {
            fail(Kind.PROTOCOL, String.valueOf(response.decoderResult().cause()));
            return;
        }
        ResponseHead head = new ResponseHead(response.status().code(), Heads.fromHttp1(response.headers()));
        if (head.status() == 101) {
            // Not at the end of its content: where sec-websocket-accept is missing, Netty takes all that follows for
            // content.
            switched = true;
            answered = true;
            events.onHead(head, false);
            ctx.pipeline().remove(HttpClientCodec.class);
        } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            events.onInformational(head);
        } else {
            answered = true;
            events.onHead(head, false);
        }
    }

    private void onContent(ChannelHandlerContext ctx, HttpContent content) {
        boolean last = content instanceof LastHttpContent && answered && !switched;
        if (last) {
            over = true;
            ctx.close();
        }
        if (content.content().isReadable() || last) {
            events.onData(HttpData.wrap(content.content()), last);
        } else {
            content.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (over) {
            return;
        }
        if (switched) {
            over = true;
            events.onData(HttpData.empty(), true);
        } else {
            fail(Kind.CLOSED, "the connection ended before the answer did");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(Failures.of(cause, false));
    }

    private void fail(Kind kind, String message) {
        fail(UpstreamFailure.of(kind, message));
    }

    private void fail(UpstreamFailure failure) {
        if (!over) {
            over = true;
            close();
            events.onFailure(failure);
        }
    }

    private void close() {
        Channel open = channel;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void data(HttpData data, boolean end) {
        Channel to = channel;
        if (over || !switched || to == null) {
            data.close();
            if (end && !over && !switched) {
                reset(ResetCode.CANCEL);
            }
            return;
        }
        to.writeAndFlush(data.byteBuf()).addListener(ignored -> tellWritable());
        if (end) {
            over = true;
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void tellWritable() {
        if (full && !over && hasRoom()) {
            full = false;
            events.onWritable();
        }
    }

    @Override
    public void trailers(HttpHeaders trailers) {
        data(HttpData.empty(), true);
    }

    @Override
    public void reset(ResetCode code) {
        if (!over) {
            over = true;
            close();
        }
    }

    @Override
    public boolean isWritable() {
        if (!hasRoom()) {
            full = true;
        }
        return !full;
    }

    private boolean hasRoom() {
        Channel to = channel;
        ChannelOutboundBuffer buffer = to == null ? null : to.unsafe().outboundBuffer();
        return buffer == null || buffer.totalPendingWriteBytes() < HIGH_WATER;
    }

    @Override
    public void pause() {
        paused = true;
        read(false);
    }

    @Override
    public void resume() {
        paused = false;
        read(true);
    }

    private void read(boolean auto) {
        Channel from = channel;
        if (from != null) {
            from.config().setAutoRead(auto);
        }
    }
}
