package dev.waypoint.transport.armeria;

import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.annotation.Nullable;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketProtocolHandler;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.netty.channel.Channel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one service of a listener, for all hosts and paths. It calls itself a WebSocket service only because Armeria offers extended
 * CONNECT to HTTP/2 clients when there is one; frames are never read.
 */
final class ExchangeService implements WebSocketService {

    private static final Logger log = LoggerFactory.getLogger(ExchangeService.class);

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        try {
            return begin(ctx, request);
        } catch (RuntimeException e) {
            // Armeria would answer 500 without a word.
            log.error("unexpected exception while a request was taken in", e);
            throw e;
        }
    }

    private static HttpResponse begin(ServiceRequestContext ctx, HttpRequest request) {
        Channel channel = ctx.log().ensureAvailable(RequestLogProperty.SESSION).channel();
        if (channel == null) {
            throw new IllegalStateException("a request without a connection");
        }
        DownstreamConnection connection = DownstreamConnection.of(channel);
        RawHead head = connection
                .take()
                .orElseThrow(() -> new IllegalStateException("a request that no guard let in: " + request));
        return new DownstreamExchange(connection, request, head).start();
    }

    @Override
    public ExchangeType exchangeType(RoutingContext routingContext) {
        return ExchangeType.BIDI_STREAMING;
    }

    @Override
    public boolean shouldCachePath(String path, @Nullable String query, Route route) {
        return false;
    }

    @Override
    public WebSocket serve(ServiceRequestContext ctx, WebSocket in) {
        throw new UnsupportedOperationException("upgrades pass as bytes");
    }

    @Override
    public WebSocketProtocolHandler protocolHandler() {
        throw new UnsupportedOperationException("upgrades pass as bytes");
    }
}
