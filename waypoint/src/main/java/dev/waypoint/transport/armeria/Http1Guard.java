package dev.waypoint.transport.armeria;

import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.transport.HeadSyntax;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Netty's HTTP/1 codec and Armeria's decoder. On the way in it refuses what is ambiguous, keeps the real request
 * line and hands Armeria a harmless one, and takes upgrades away from it. On the way out it speaks HTTP/1.0 to clients that do,
 * and ends connections as soon as the last answer is written.
 */
final class Http1Guard extends ChannelDuplexHandler {

    /** How long a client may take to notice that its request's body is not wanted before the connection goes. */
    private static final int LINGER_MILLIS = 1000;

    private final DownstreamConnection connection;
    private boolean refused;
    private boolean http10;
    private boolean closing;
    private boolean endPending;
    private @Nullable UpgradeExchange upgrade;

    Http1Guard(DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        UpgradeExchange taken = upgrade;
        if (endPending && msg instanceof LastHttpContent) {
            // The end of the head that was taken over, which has no body.
            endPending = false;
            ReferenceCountUtil.release(msg);
        } else if (taken != null) {
            taken.read(msg);
        } else if (refused) {
            ReferenceCountUtil.release(msg);
        } else if (msg instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            readRequest(ctx, request);
        } else {
            if (msg instanceof LastHttpContent) {
                connection.inBody(false);
            }
            ctx.fireChannelRead(msg);
        }
    }

    private void readRequest(ChannelHandlerContext ctx, HttpRequest request) {
        connection.headPending(false);
        int refusal = HeadRules.refusal(request);
        if (refusal != 0 && refusal != HeadRules.METHOD_NOT_ALLOWED) {
            refuse(ctx, request, refusal);
            return;
        }
        connection.inBody(true);
        http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        HttpHeaders headers = request.headers();
        String protocol = wantedUpgrade(headers);
        RawHead head = refusal == 0
                ? rawHead(request, protocol)
                : RawHead.refused(request.method().name(), version(request), refusal);
        if (!protocol.isEmpty() && refusal == 0 && connection.isIdle()) {
            takeOver(ctx, request, head);
            return;
        }
        headers.remove(HttpHeaderNames.UPGRADE);
        String known = HeadRules.knownMethod(head.method());
        if (!known.equals(head.method())) {
            request.setMethod(HttpMethod.valueOf(known));
        }
        request.setUri("/");
        connection.arriving(head);
        ctx.fireChannelRead(request);
    }

    /** Lets the service answer, so that the refusal takes its turn behind answers to earlier requests. */
    private void refuse(ChannelHandlerContext ctx, HttpRequest request, int status) {
        refused = true;
        connection.arriving(RawHead.refused(request.method().name(), version(request), status));
        HttpHeaders headers = request.headers();
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.UPGRADE);
        headers.remove(HttpHeaderNames.EXPECT);
        headers.set(HttpHeaderNames.HOST, "refused");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        request.setMethod(HttpMethod.POST);
        request.setUri("/");
        ctx.fireChannelRead(request);
        ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static RawHead rawHead(HttpRequest request, String protocol) {
        String target = request.uri();
        String authority = request.headers().get(HttpHeaderNames.HOST, "");
        if (HeadRules.isAbsolute(target)) {
            // The target's authority wins over Host (RFC 9112, section 3.2.2).
            int start = target.indexOf("://") + 3;
            int end = endOfAuthority(target, start);
            authority = target.substring(start, end);
            String rest = target.substring(end);
            target = rest.startsWith("/") ? rest : "/" + rest;
        }
        int refusal = HeadSyntax.isAuthority(authority) ? 0 : 400;
        return new RawHead(request.method().name(), target, "", authority, protocol, version(request), 0, refusal);
    }

    private static int endOfAuthority(String target, int start) {
        for (int i = start; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?') {
                return i;
            }
        }
        return target.length();
    }

    private static Http version(HttpRequest request) {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_0) ? Http.HTTP_1_0 : Http.HTTP_1_1;
    }

    /** The protocol to change to. HTTP/2 is not among them: its upgrade from HTTP/1.1 is obsolete (RFC 9113, section 3.1). */
    private String wantedUpgrade(HttpHeaders headers) {
        String wanted = headers.get(HttpHeaderNames.UPGRADE, "").trim();
        if (wanted.isEmpty() || http10 || wanted.regionMatches(true, 0, "h2", 0, 2)) {
            return "";
        }
        boolean hasBody = headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        boolean asked = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
        return asked && !hasBody && HeadSyntax.isToken(wanted) ? wanted : "";
    }

    private void takeOver(ChannelHandlerContext ctx, HttpRequest request, RawHead head) {
        UpgradeExchange exchange = new UpgradeExchange(connection, ctx, head, () -> upgrade = null);
        upgrade = exchange;
        endPending = true;
        connection.inBody(false);
        exchange.start(request.headers());
        ReferenceCountUtil.release(request);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (upgrade != null) {
            ctx.write(msg, promise);
            return;
        }
        if (msg instanceof HttpResponse response) {
            if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                writeInformational(ctx, response, promise);
                return;
            }
            prepare(response);
        }
        if (msg instanceof LastHttpContent && (closing || connection.isDraining())) {
            ChannelPromise known = promise.unvoid();
            ctx.write(msg, known);
            end(ctx, known);
            return;
        }
        ctx.write(msg, promise);
    }

    private void writeInformational(ChannelHandlerContext ctx, HttpResponse response, ChannelPromise promise) {
        if (http10) {
            ReferenceCountUtil.release(response);
            promise.trySuccess();
        } else {
            ctx.write(response, promise);
        }
    }

    private void prepare(HttpResponse response) {
        HttpHeaders headers = response.headers();
        if (http10 && HttpUtil.isTransferEncodingChunked(response)) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (connection.isDraining()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        closing = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        if (http10 && !closing) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private void end(ChannelHandlerContext ctx, ChannelPromise written) {
        if (refused || connection.isInBody()) {
            // Closing now might reset the connection before the client has read the answer.
            ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }
}
