package dev.waypoint.transport.netty;

import dev.waypoint.filter.RequestHead;
import dev.waypoint.message.ResponseEvents;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP/2 connections to one endpoint: calls share one until it is full. */
final class Http2Pool extends UpstreamPool {

    /** What a connection is expected to carry before the endpoint has said how much it takes; RFC 9113 recommends at least this. */
    static final int EXPECTED_STREAMS = 100;

    private final List<Http2ClientConnection> connections = new ArrayList<>();
    private int expected = EXPECTED_STREAMS;

    private final @Nullable AlpnPool chooser;

    Http2Pool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector) {
        this(target, use, loop, connector, null);
    }

    /** @param chooser who gets each new connection first, as the endpoint may choose another protocol */
    Http2Pool(UpstreamTarget target, BackendUse use, LoopState loop, Dialer connector, @Nullable AlpnPool chooser) {
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
        Http2Call call = new Http2Call(this, head, end, events);
        start(call);
        return call;
    }

    @Override
    void established(Channel channel) {
        Http2ClientConnection connection = Http2ClientConnection.of(this);
        channel.pipeline().addLast(new SmallWrites());
        channel.pipeline().addLast(connection);
        connections.add(connection);
    }

    @Override
    boolean place(PooledCall call) {
        for (int i = connections.size() - 1; i >= 0; i--) {
            Http2ClientConnection connection = connections.get(i);
            if (connection.hasRoom()) {
                connection.carry((Http2Call) call);
                return true;
            }
        }
        return false;
    }

    @Override
    int room(int connecting) {
        return connecting * expected;
    }

    @Override
    void closeSpare() {
        for (Http2ClientConnection connection : connections) {
            if (connection.isUnused()) {
                connection.retire();
                return;
            }
        }
    }

    /** How many streams a new connection will take, by what the endpoint said on others. */
    int expectedStreams() {
        return expected;
    }

    /** The endpoint said how many streams a connection takes. */
    void expectStreams(int most) {
        expected = Math.clamp(most, 1, EXPECTED_STREAMS);
    }

    /** A stream has ended: there is room. */
    void streamEnded() {
        serve();
    }

    /** A connection takes no more calls. */
    void forget(Http2ClientConnection connection) {
        connections.remove(connection);
    }
}
