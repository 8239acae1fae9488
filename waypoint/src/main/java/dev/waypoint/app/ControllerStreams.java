package dev.waypoint.app;

import dev.waypoint.cli.ControllerRequest;
import dev.waypoint.control.ConfigTargets;
import dev.waypoint.control.ProxyLaunch;
import dev.waypoint.control.stream.ConfigStreamServer;
import dev.waypoint.control.stream.StreamCounters;
import dev.waypoint.control.trust.ClusterTokens;
import dev.waypoint.control.trust.ControllerAuthority;
import dev.waypoint.control.trust.SecretAuthorityStore;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;

/** The controller's end of the config streams, with the authority that proxies know it by. */
final class ControllerStreams implements AutoCloseable {

    private static final String SECRET = "waypoint-controller-authority";

    private final ControllerAuthority authority;
    private final ConfigStreamServer server;

    private ControllerStreams(ControllerAuthority authority, ConfigStreamServer server) {
        this.authority = authority;
        this.server = server;
    }

    /**
     * Begins to serve; proxies wait until something is published for them.
     *
     * @throws IOException if the port is taken, or the authority can neither be read nor made
     */
    static ControllerStreams start(ControllerRequest request, KubernetesClient client) throws IOException {
        String address = request.proxies().address();
        String host = address.substring(0, address.lastIndexOf(':'));
        ControllerAuthority authority = ControllerAuthority.open(
                new SecretAuthorityStore(client, request.namespace(), SECRET), List.of(host, host + ".cluster.local"));
        try {
            return new ControllerStreams(
                    authority,
                    ConfigStreamServer.start(
                            ConfigStreamServer.Settings.at(request.ports().stream()),
                            authority,
                            new ClusterTokens(client, ProxyLaunch.TOKEN_AUDIENCE)));
        } catch (IOException e) {
            authority.close();
            throw e;
        }
    }

    ConfigTargets targets() {
        return server;
    }

    StreamCounters counters() {
        return server.counters();
    }

    @Override
    public void close() {
        server.close();
        authority.close();
    }
}
