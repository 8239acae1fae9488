package dev.waypoint.transport.netty;

import dev.waypoint.ir.ListenerSettingsIr;
import dev.waypoint.message.RequestReceiver;
import dev.waypoint.transport.ListenerSocket;
import dev.waypoint.transport.netty.codec.BadMessage;
import dev.waypoint.transport.tls.ListenerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open socket with its connections. What it serves may change while connections go on. */
final class OpenListener {

    private static final Logger LOG = LoggerFactory.getLogger(OpenListener.class);

    private volatile boolean leaving;
    private volatile ListenerSocket socket;
    private volatile ListenerTls tls;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

    OpenListener(ListenerSocket socket) {
        this.socket = socket;
        this.tls = ListenerTls.of(socket.tls(), Optional.empty());
    }

    /** Serves other things from now on; throws IllegalArgumentException, and changes nothing, if a certificate is unusable. */
    void update(ListenerSocket next) {
        tls = ListenerTls.of(next.tls(), Optional.of(tls));
        socket = next;
    }

    ListenerSocket socket() {
        return socket;
    }

    ListenerSettingsIr settings() {
        return socket.settings();
    }

    RequestReceiver receiver() {
        return socket.receiver();
    }

    boolean isTls() {
        return !socket.tls().isEmpty();
    }

    /** The certificates in force. */
    ListenerTls tls() {
        return tls;
    }

    /** A connection came. */
    void accepted(Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(done -> channels.remove(channel));
    }

    int connections() {
        return channels.size();
    }

    /** A message broke HTTP and was refused. */
    void refused(BadMessage problem) {
        LOG.debug("{} refused a request with {}: {}", socket.bindKey(), problem.status(), problem.reason());
    }

    /** Asks all clients to go elsewhere, those that still come as well. */
    void leave() {
        leaving = true;
        each(DownstreamConnection::leave);
    }

    /** Whether clients are to go elsewhere. */
    boolean leaving() {
        return leaving;
    }

    /** Asks all connections to end when their exchanges have. */
    void drain() {
        each(DownstreamConnection::drain);
    }

    /** Closes all connections. */
    void abort() {
        each(DownstreamConnection::abort);
    }

    private void each(Consumer<DownstreamConnection> action) {
        for (Channel channel : channels) {
            channel.eventLoop().execute(() -> {
                for (Map.Entry<String, ChannelHandler> entry : channel.pipeline()) {
                    if (entry.getValue() instanceof DownstreamConnection connection) {
                        action.accept(connection);
                        return;
                    }
                }
                channel.close();
            });
        }
    }
}
