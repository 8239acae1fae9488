package dev.waypoint.transport.netty;

import dev.waypoint.ir.TlsToBackendIr.Verified;
import dev.waypoint.message.ConnectionEvents;
import dev.waypoint.message.Tunnel;
import dev.waypoint.message.UpstreamFailure;
import dev.waypoint.message.UpstreamFailure.Kind;
import dev.waypoint.message.UpstreamTarget;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections to the servers that tunnels lead through, some for each event loop and server; each carries many tunnels. What a tunnel
 * carries is a channel like any other: TLS and HTTP are put on it as on a socket's.
 */
final class Tunnels {

    private final Dialer dialer;
    private final Map<LoopState, Map<Server, Lane>> lanes = new ConcurrentHashMap<>();

    /** What connections are shared by: all of a tunnel but what it asks for. */
    private record Server(String host, int port, Optional<Verified> tls) {}

    private record Waiting(String authority, Dial dial) {}

    Tunnels(Dialer dialer) {
        this.dialer = dialer;
    }

    /** Opens a tunnel for a dial; on the loop. */
    void open(LoopState loop, UpstreamTarget target, Tunnel tunnel, Dial dial) {
        Server server = new Server(tunnel.host(), tunnel.port(), tunnel.tls());
        lanes.computeIfAbsent(loop, each -> new HashMap<>())
                .computeIfAbsent(server, each -> new Lane(loop, way(target, tunnel)))
                .open(tunnel.authority(), dial);
    }

    /** The server itself as a target: its connections are not the endpoint's, and are not counted as such. */
    private static UpstreamTarget way(UpstreamTarget target, Tunnel tunnel) {
        return new UpstreamTarget(
                target.backend(),
                tunnel.host(),
                tunnel.port(),
                true,
                tunnel.tls(),
                target.limits(),
                target.connectTimeout(),
                target.idleTimeout(),
                target.keepAlive(),
                Optional.empty(),
                ConnectionEvents.NONE);
    }

    /** The connections of one loop to one server. */
    private final class Lane implements Dial.Outcome {
        private final LoopState loop;
        private final UpstreamTarget server;
        private final List<TunnelConnection> connections = new ArrayList<>();
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        private boolean connecting;

        Lane(LoopState loop, UpstreamTarget server) {
            this.loop = loop;
            this.server = server;
        }

        void open(String authority, Dial dial) {
            for (TunnelConnection each : connections) {
                if (each.hasRoom()) {
                    each.open(authority, dial);
                    return;
                }
            }
            waiting.add(new Waiting(authority, dial));
            if (!connecting) {
                connecting = true;
                dialer.dial(loop, server, this);
            }
        }

        @Override
        public void connected(Channel channel, boolean http2) {
            if (!http2) {
                connecting = false;
                channel.close();
                fail(Kind.TLS_FAILED, "the tunnel server does not offer h2 by ALPN");
                return;
            }
            TunnelConnection made = TunnelConnection.on(channel, loop, server, this::serve);
            connections.add(made);
            channel.closeFuture().addListener(closed -> {
                connections.remove(made);
                if (!made.isGreeted()) {
                    connecting = false;
                    fail(Kind.CONNECT_FAILED, "no tunnel: the server's connection ended before its settings came");
                }
            });
        }

        /** A server said how many tunnels its connection takes. */
        private void serve() {
            connecting = false;
            List<Waiting> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(each -> open(each.authority(), each.dial()));
        }

        @Override
        public void failed(UpstreamFailure failure) {
            connecting = false;
            fail(failure.kind(), "no tunnel: " + failure.message());
        }

        private void fail(Kind kind, String message) {
            List<Waiting> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(each -> each.dial().fail(kind, message));
        }
    }
}
