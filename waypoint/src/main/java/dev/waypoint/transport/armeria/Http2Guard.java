package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.HttpHeaderNames;
import dev.waypoint.filter.ConnectionFacts.Http;
import dev.waypoint.message.ResetCode;
import dev.waypoint.transport.HeadSyntax;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees the frames of a client before Armeria's decoder. It keeps the real request line, refuses what Armeria would stumble over (a
 * request without {@code :path} ends the connection there), and passes on the exact codes of resets.
 */
final class Http2Guard extends Http2FrameListenerDecorator {

    private static final String PROTOCOL = ":protocol";

    /** Two readers could take different ones of these for the request. */
    private static final List<CharSequence> ONCE = List.of(
            PseudoHeaderName.METHOD.value(),
            PseudoHeaderName.SCHEME.value(),
            PseudoHeaderName.AUTHORITY.value(),
            PseudoHeaderName.PATH.value(),
            PROTOCOL);

    private final Http2ConnectionHandler handler;
    private final DownstreamConnection connection;
    private int lastStream;

    Http2Guard(Http2ConnectionHandler handler, DownstreamConnection connection) {
        super(handler.decoder().frameListener());
        this.handler = handler;
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        if (isTrailers(streamId)) {
            checkTrailers(streamId, headers);
            super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        } else if (admit(ctx, streamId, headers, endOfStream)) {
            super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    /** Stream numbers of a client only grow, so a second head of a stream is one that is not the newest. */
    private boolean isTrailers(int streamId) {
        if (streamId > lastStream) {
            lastStream = streamId;
            return false;
        }
        return true;
    }

    private static void checkTrailers(int streamId, Http2Headers headers) throws Http2Exception {
        for (CharSequence name : headers.names()) {
            if (name.length() > 0 && name.charAt(0) == ':') {
                throw malformed(streamId, "pseudo header " + name + " in trailers");
            }
        }
    }

    private boolean admit(ChannelHandlerContext ctx, int streamId, Http2Headers headers, boolean endOfStream)
            throws Http2Exception {
        String method = text(headers.method());
        String protocol = text(headers.get(PROTOCOL));
        boolean connect = method.equals("CONNECT");
        for (CharSequence name : ONCE) {
            if (headers.getAll(name).size() > 1) {
                throw malformed(streamId, name + " is there more than once");
            }
        }
        if (!HeadSyntax.isToken(method)) {
            throw malformed(streamId, ":method is missing or not a token");
        }
        if (connect && protocol.isEmpty()) {
            refuse(ctx, streamId, "405", endOfStream);
            return false;
        }
        if (!connect && !protocol.isEmpty()) {
            throw malformed(streamId, ":protocol without CONNECT");
        }
        RawHead head = rawHead(streamId, headers, method, protocol);
        if (head.refusal() != 0) {
            refuse(ctx, streamId, Integer.toString(head.refusal()), endOfStream);
            return false;
        }
        headers.method(connect ? "POST" : HeadRules.knownMethod(method));
        headers.path("/");
        headers.remove(PROTOCOL);
        connection.arriving(head);
        return true;
    }

    private static RawHead rawHead(int streamId, Http2Headers headers, String method, String protocol)
            throws Http2Exception {
        String path = text(headers.path());
        String scheme = text(headers.scheme());
        if (path.isEmpty() || scheme.isEmpty()) {
            throw malformed(streamId, ":path or :scheme is missing");
        }
        String authority = text(headers.authority());
        String host = text(headers.get(HttpHeaderNames.HOST));
        boolean fine = HeadSyntax.isPath(path, method)
                && HeadSyntax.isAuthority(authority)
                && HeadSyntax.isAuthority(host)
                && (authority.isEmpty() || host.isEmpty() || authority.equalsIgnoreCase(host))
                && headers.getAll(HttpHeaderNames.HOST).size() < 2
                && !(authority.isEmpty() && host.isEmpty());
        // An extended CONNECT asks for what an Upgrade of HTTP/1.1 asks for with GET (RFC 8441).
        return new RawHead(
                protocol.isEmpty() ? method : "GET",
                path,
                scheme,
                authority.isEmpty() ? host : authority,
                protocol,
                Http.HTTP_2,
                streamId,
                fine ? 0 : 400);
    }

    private void refuse(ChannelHandlerContext ctx, int streamId, String status, boolean endOfStream) {
        Http2Headers answer = new DefaultHttp2Headers().status(status).set("content-length", "0");
        handler.encoder().writeHeaders(ctx, streamId, answer, 0, true, ctx.newPromise());
        Http2Stream stream = handler.connection().stream(streamId);
        if (!endOfStream && stream != null) {
            handler.resetStream(ctx, streamId, Http2Error.NO_ERROR.code(), ctx.newPromise());
        }
        ctx.flush();
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
        connection.onReset(streamId, ResetCode.of(errorCode));
        super.onRstStreamRead(ctx, streamId, errorCode);
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }

    private static Http2Exception malformed(int streamId, String problem) {
        return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "malformed request: %s", problem);
    }
}
