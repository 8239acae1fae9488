package dev.waypoint.transport.netty;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** HTTP/1 connections to one endpoint: each carries one call at a time; the one used last is used first. */
final class Http1Pool extends UpstreamPool {

    private final ArrayDeque<Http1ClientConnection> idle = new ArrayDeque<>();

    private final @Nullable AlpnPool chooser;

    Http1Pool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector) {
        this(target, use, loop, connector, null);
    }

    /** @param chooser who gets each new connection first, as the endpoint may choose another protocol */
    Http1Pool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector, @Nullable AlpnPool chooser) {
        super(target, use, loop, connector);
        this.chooser = chooser;
    }

    @Override
    void take(Channel channel, boolean http2) {
        AlpnPool above = chooser;
        if (above == null) {
            adopt(channel);
        } else {
            above.chosen(channel, http2);
        }
    }

    @Override
    PooledCall open(RequestHead head, boolean end, ResponseEvents events) {
        Http1Call call = new Http1Call(this, head, end, events);
        start(call);
        return call;
    }

    @Override
    void established(Channel channel) {
        Http1ClientConnection connection = new Http1ClientConnection(this);
        channel.pipeline().addLast(connection);
        idle.push(connection);
    }

    @Override
    boolean place(PooledCall call) {
        Http1ClientConnection connection = idle.poll();
        while (connection != null && !connection.isUsable()) {
            connection = idle.poll();
        }
        if (connection == null) {
            return false;
        }
        connection.carry((Http1Call) call);
        return true;
    }

    @Override
    int room(int connections) {
        return connections;
    }

    @Override
    void closeSpare() {
        Http1ClientConnection spare = idle.pollLast();
        if (spare != null) {
            spare.close();
        }
    }

    /** A connection has done its call and can take another one. */
    void release(Http1ClientConnection connection) {
        idle.push(connection);
        serve();
    }

    /** A connection was closed while nothing used it. */
    void forget(Http1ClientConnection connection) {
        idle.remove(connection);
    }
}
