package dev.waypoint.transport.netty;

import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/** Tells a server's connection when its streams change. */
final class Http2StreamWatcher extends Http2ConnectionAdapter {

    private final Http2ServerConnection connection;

    Http2StreamWatcher(Http2ServerConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        if (stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
            connection.answeredEarly(stream);
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        connection.streamClosed(stream);
    }
}
