package dev.waypoint.transport;

import dev.waypoint.message.Upstream;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Moves bytes: listening sockets on one side, upstream connections on the other, both on the same event loops. */
public interface Transport extends AutoCloseable {

    /**
     * Makes the open sockets exactly those given: opens, closes and updates as needed. An open socket whose {@link
     * ListenerSocket#bindKey()} stays is not closed; its connections go on, and new handshakes and requests use the new values.
     * A socket that cannot be opened does not keep the others from being opened.
     *
     * @return what could not be opened: bind key to reason
     */
    Map<String, String> listen(List<ListenerSocket> sockets);

    /** The port that a socket is bound to; differs from the wanted one if that was 0. */
    int boundPort(String bindKey);

    /** Clients on the same event loops. */
    Upstream upstream();

    /** The event loops, one for each worker. */
    List<EventExecutor> loops();

    /** The number of open downstream connections. */
    int connections();

    /**
     * Asks clients to come back elsewhere while everything is still served: those of HTTP/1 by their next answer, those of HTTP/2 by
     * GOAWAY. Connections that rest are left alone: one that is closed while a request is on its way loses that.
     */
    void leave();

    /**
     * Stops accepting connections, tells clients to go elsewhere, and waits until running exchanges have ended or the time is
     * over; then closes what is left.
     */
    CompletionStage<Void> drain(Duration patience);

    /** Closes everything at once. */
    @Override
    void close();
}
